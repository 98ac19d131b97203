using MailKit;

namespace MailAdmin.Core.Mail;

/// <summary>Maps failures of a connection over IMAP or SMTP to exceptions.</summary>
internal static class ConnectionErrors
{
    /// <summary>Creates the error for a failure.</summary>
    /// <param name="server">The name of the other end.</param>
    /// <param name="protocol">The name of what the server should follow.</param>
    /// <param name="cancellationToken">The caller's token, to recognize a cancellation.</param>
    public static Exception Translate(Exception error, string server, string protocol, CancellationToken cancellationToken)
    {
        if (error is MailAdminException)
        {
            return error;
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return new OperationCanceledException(cancellationToken);
        }

        var message = error switch
        {
            TimeoutException => $"{server} didn't respond in time: {error.Message.TrimEnd('.')}",
            OperationCanceledException => $"{server} didn't respond in time",
            EndOfStreamException => $"{server} closed the connection without a response",
            ProtocolException or InvalidDataException =>
                $"{server} doesn't follow the {protocol}: {error.Message.TrimEnd('.')}",
            ServiceNotConnectedException => $"The connection with {server} was lost",
            IOException or System.Net.Sockets.SocketException =>
                $"The connection with {server} was lost: {error.Message.TrimEnd('.')}",
            _ => null,
        };
        return message is null ? error : new ConnectionLostException($"{message}.", error) { Endpoint = server };
    }

    /// <summary>Creates the error for a connection that wasn't open in time.</summary>
    public static TimeoutException NotOpened(TimeSpan patience, OperationCanceledException error) =>
        new($"no connection within {patience.TotalSeconds:0} seconds", error);
}

namespace MailAdmin.Core.Mail;

/// <summary>Sends mail from a mailbox over any protocol. An instance can send several messages.</summary>
internal interface IMailSender : IAsyncDisposable
{
    /// <summary>Sends one message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The sent message, after the service accepted it.</returns>
    /// <exception cref="InvalidRequestException">
    /// The message has no recipient, an address is invalid, a name or the subject contains a control character, or a file can't
    /// be read.
    /// </exception>
    /// <exception cref="ServiceRefusedException">The service refused. The message wasn't sent.</exception>
    /// <exception cref="ConnectionLostException">
    /// The connection was lost. <see cref="MailAdminException.IsOutcomeUnknown"/> shows whether the message might have been sent.
    /// </exception>
    Task<SentMessage> SendAsync(OutgoingMessage message, CancellationToken cancellationToken);

    /// <summary>Returns whether Sent Items contains a message; null if that can't be checked.</summary>
    /// <param name="messageId">Its Message-ID with angle brackets.</param>
    Task<bool?> WasSentAsync(string messageId, CancellationToken cancellationToken);
}

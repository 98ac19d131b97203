namespace MailAdmin.Core.Receive;

/// <summary>A message handed to the caller, who acknowledges it once it is dealt with.</summary>
public sealed class Delivery
{
    private readonly Func<Delivery, CancellationToken, Task> _acknowledge;

    internal Delivery(ReceivedMessage message, Exception? error, Func<Delivery, CancellationToken, Task> acknowledge) =>
        (Message, Error, _acknowledge) = (message, error, acknowledge);

    /// <summary>The message.</summary>
    public ReceivedMessage Message { get; }

    /// <summary>Why its content could not be brought; such a message stays where it is. Null when it was.</summary>
    public Exception? Error { get; }

    /// <summary>Lets the after-processing happen. A message that is not acknowledged comes again.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A task that ends when the server has done it.</returns>
    /// <exception cref="ServiceRefusedException">The server said no; the file is kept and the message stays where it is.</exception>
    /// <exception cref="ConnectionLostException">The connection broke; the message may come again.</exception>
    public Task AcknowledgeAsync(CancellationToken cancellationToken) => _acknowledge(this, cancellationToken);
}

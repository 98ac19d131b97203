namespace MailAdmin.Core.Mail;

/// <summary>The way out of a mailbox, over whichever protocol. Several messages may be sent with one instance.</summary>
internal interface IMailSender : IAsyncDisposable
{
    /// <summary>Sends one message.</summary>
    /// <param name="message">What to send.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>What was sent, once the service has taken it.</returns>
    /// <exception cref="InvalidRequestException">
    /// It has no recipient, an address is none, a name or the subject has a control character in it, or a file can't be read.
    /// </exception>
    /// <exception cref="ServiceRefusedException">The service said no; nothing was sent.</exception>
    /// <exception cref="ConnectionLostException">
    /// The connection broke. <see cref="MailAdminException.IsOutcomeUnknown"/> says whether the message may have been sent.
    /// </exception>
    Task<SentMessage> SendAsync(OutgoingMessage message, CancellationToken cancellationToken);

    /// <summary>Whether Sent Items has a message; null where nobody can look.</summary>
    /// <param name="messageId">Its Message-ID with angle brackets.</param>
    Task<bool?> WasSentAsync(string messageId, CancellationToken cancellationToken);
}

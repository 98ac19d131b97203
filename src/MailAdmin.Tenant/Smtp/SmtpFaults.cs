using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Smtp;

/// <summary>Errors of SMTP that don't depend on the state of the sandbox.</summary>
internal static class SmtpFaults
{
    /// <summary>The connection ends while a message is being sent.</summary>
    public static Fault Disconnect { get; } = new(
        "SmtpDisconnect", "SMTP: the connection is lost in the middle of a message, which isn't accepted.", FaultPoint.SmtpData);

    /// <summary>The message is accepted, but the response is lost.</summary>
    public static Fault LostAnswer { get; } = new(
        "SmtpLostAnswer", "SMTP: a message is accepted and delivered, but the connection is lost before the response.",
        FaultPoint.SmtpData);

    public static Fault[] All { get; } =
    [
        new("SmtpBusy", "SMTP: a message is refused with 451 4.7.500 Server busy. Please try again later.", FaultPoint.SmtpData)
        {
            Refusal = () => new SmtpRefusal(new SmtpReply(451, "4.7.500 Server busy. Please try again later.")),
        },
        new("SmtpTooManyConnections", $"SMTP: a message is refused with 432 {SmtpReply.TooManyConnections.Text}",
            FaultPoint.SmtpData)
        {
            Refusal = () => new SmtpRefusal(SmtpReply.TooManyConnections),
        },
        Disconnect,
        LostAnswer,
    ];
}

/// <summary>A command that is refused.</summary>
/// <param name="reply">The answer.</param>
internal sealed class SmtpRefusal(SmtpReply reply) : Exception(reply.Text)
{
    public SmtpReply Reply => reply;
}

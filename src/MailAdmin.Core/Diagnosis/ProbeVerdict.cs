using MailAdmin.Core.Base;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Diagnosis;

/// <summary>
/// Combines the configuration of an app with the result of opening the mailbox. The result takes precedence. If they differ, a
/// change hasn't taken effect yet, and the verdict is inconclusive until it has.
/// </summary>
internal static class ProbeVerdict
{
    /// <summary>The test with the probe, and the verdict of both.</summary>
    /// <param name="test">The configuration.</param>
    /// <param name="probe">The result of opening the mailbox.</param>
    /// <param name="session">The session that read what is configured.</param>
    public static MailAppAccessTest Of(MailAppAccessTest test, MailboxConnectionTest probe, Session session)
    {
        var with = test with { Probe = probe };
        var answer = test.Answer;
        var isOpen = probe.Verdict is Verdict.Passed or Verdict.Warning or Verdict.Unknown;
        if (probe.Checks.Any(c => c is { Name: "Endpoint" or "Token", Status: CheckStatus.Failed }) || answer.HasAccess is null)
        {
            return with;
        }

        var differences = new DifferenceLog(session, test.ClientId, test.Mailbox, test.Protocol);
        if (answer.HasAccess == isOpen)
        {
            differences.End();
            return with;
        }

        var now = session.Wire.Time.GetUtcNow();
        var due = differences.Due(new[] { answer.ConclusiveAfter, probe.ConclusiveAfter }.Max());
        var differs = isOpen
            ? $"The app opened the mailbox, but the configuration denies access: {answer.Decisive?.Cause}"
            : $"The app couldn't open the mailbox, but the configuration grants access: {probe.Cause}";
        return due <= now
            ? Put(with, answer with
            {
                HasAccess = isOpen,
                Verdict = isOpen ? Verdict.Passed : Verdict.Failed,
                Cause = differs,
                Reason = isOpen ? null : probe.Reason,
                Advice = isOpen ? answer.Advice : probe.Advice,
                Remedy = isOpen ? answer.Remedy : probe.Remedy,
            })
            : Put(with, answer with
            {
                Verdict = Verdict.TooSoonToTell,
                Cause = $"{differs} A recent change might not have taken effect yet.",
                Reason = MailCheckReason.NotYetInEffect,
                Advice = $"Test again at {UtcText.Minutes(due)} or later.",
                Remedy = null,
                ConclusiveAfter = due,
            });
    }

    private static MailAppAccessTest Put(MailAppAccessTest test, MailAppAccessAnswer answer) => test.Protocol switch
    {
        MailProtocol.Imap => test with { Imap = answer },
        MailProtocol.Smtp => test with { Smtp = answer },
        _ => test with { Graph = answer },
    };
}

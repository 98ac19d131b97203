using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Mail.Mime;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Tests.Sandbox;

/// <summary>Submission at `serve`, as programs see it that know nothing of MailAdmin, and as MailAdmin does through the tunnel.</summary>
[Trait("Network", "Loopback")]
public sealed class ServedSmtpTests(ServedProcess server) : IClassFixture<ServedProcess>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pythons_smtplib_sends()
    {
        Assert.SkipUnless(Programs.Find("python3") is not null, "python3 is not on PATH.");
        var arrived = await TryAsync("python3", "smtplib_client.py", "From smtplib", server.Mailboxes[0]);
        Assert.Equal(256 * 4000, Assert.Single(arrived.Attachments).Decode().Length);
        Assert.Equal(".\n..two\nGrüße", arrived.TextBody!.ReplaceLineEndings("\n").Trim());
    }

    [Fact]
    public async Task Nodes_nodemailer_sends()
    {
        Assert.SkipUnless(Programs.Find("node") is not null, "node is not on PATH.");
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(ArchitectureTests.FindRoot(), "tests", "npm", "node_modules", "nodemailer")),
            "nodemailer is not there: npm ci, in tests/npm.");
        var arrived = await TryAsync("node", "nodemailer_client.js", "From nodemailer", server.Mailboxes[2]);
        Assert.Equal("Müller, Erika", Assert.Single(arrived.To).Name);
        Assert.Empty(arrived.Bcc);
    }

    [Fact]
    public async Task MailAdmin_sends_through_the_tunnel_with_STARTTLS()
    {
        using var session = await Session.SignInAsync(
            server.Wire(), Cloud.Of(MailEnvironment.Global), server["tenantId"], server["adminClientId"],
            new AppCredential.ClientSecret(Secret.Close(server["adminClientSecret"])), Cancel);
        var connection = MailboxConnections.With(
            server["tenantId"], server["clientId"], server.Mailboxes[0], MailProtocol.Smtp, null, session,
            Secret.Close(server["clientSecret"]), null);
        await using var sender = MailboxAccess.OpenSender(connection);
        await sender.SendAsync(
            new OutgoingMessage { To = [new EmailAddress(null, server.Mailboxes[3])], Subject = "Through the tunnel", Body = "text" }, Cancel);

        Assert.Contains(await server.Sandbox().GetMessagesAsync(server.Mailboxes[3], "Inbox", Cancel), m => m.Subject == "Through the tunnel");
    }

    [Fact]
    public async Task A_process_that_is_killed_within_fifty_messages_sends_none_of_them_twice()
    {
        using var folder = new TempFolder();
        var environment = new Dictionary<string, string?>
        {
            ["SMTP_SANDBOX"] = server.Uri, ["SMTP_CERTIFICATE"] = server["certificate"], ["SMTP_TENANT"] = server["tenantId"],
            ["SMTP_ADMIN"] = server["adminClientId"], ["SMTP_ADMIN_SECRET"] = server["adminClientSecret"],
            ["SMTP_CLIENT"] = server["clientId"], ["SMTP_SECRET"] = server["clientSecret"], ["SMTP_MAILBOX"] = server.Mailboxes[1],
            ["SMTP_TO"] = server.Mailboxes[3], ["SMTP_STATE"] = folder["state"], ["SMTP_SAID"] = folder["said"],
        };
        // The first run dies when the twelfth message has begun, the second one when the server has taken the thirtieth and
        // nothing says so yet. So soon, Sent Items proves nothing about the twelfth.
        await RunAsync("begun 12", clock: 0);
        await RunAsync("taken 30", clock: 1);
        Assert.Equal("Unknown 12", await File.ReadAllTextAsync(folder["said"], Cancel));
        await RunAsync("", clock: 10);
        Assert.Equal("", await File.ReadAllTextAsync(folder["said"], Cancel));

        var arrived = (await server.Sandbox().GetMessagesAsync(server.Mailboxes[3], "Inbox", Cancel))
            .Where(m => m.Subject.StartsWith("Fifty ", StringComparison.Ordinal)).Select(m => m.Subject).ToArray();
        Assert.Equal(50, arrived.Distinct().Count());
        Assert.Equal(50, arrived.Length);

        async Task RunAsync(string death, int clock)
        {
            (environment["SMTP_DEATH"], environment["SMTP_CLOCK"]) = (death, $"{clock}");
            await File.WriteAllTextAsync(folder["said"], "", Cancel);
            // The pace is the service's, not what is tested here.
            await server.Sandbox().ChangeAsync(
                new MailAdmin.Tenant.SandboxChange { AdvanceTime = TimeSpan.FromMinutes(1) }, Cancel);
            var run = TestChild.RunAsync(
                typeof(SendingProcess), nameof(SendingProcess.Sends_fifty_messages), environment, [], Cancel);
            if (death.Length == 0)
            {
                await run;
                return;
            }

            await Assert.ThrowsAnyAsync<Exception>(() => run);
            Assert.EndsWith($"killed by {death}", await File.ReadAllTextAsync(folder["said"], Cancel), StringComparison.Ordinal);
            await File.WriteAllTextAsync(
                folder["said"],
                (await File.ReadAllTextAsync(folder["said"], Cancel)).Replace($"killed by {death}", "", StringComparison.Ordinal),
                Cancel);
        }
    }

    private async Task<MimeMessage> TryAsync(string program, string script, string subject, string mailbox)
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["token"], server["smtpToken"], Cancel);
        using var client = ServedProcess.Run(
            program, Path.Combine(ArchitectureTests.FindRoot(), "tests", "MailAdmin.Tests", "Sandbox", script),
            server["smtpPort"], server["certificate"], mailbox, server.Mailboxes[3], folder["token"]);
        var said = await client.StandardOutput.ReadToEndAsync(Cancel) + await client.StandardError.ReadToEndAsync(Cancel);
        Assert.Equal("OK", said.Trim());
        var messages = await server.Sandbox().GetMessagesAsync(server.Mailboxes[3], "Inbox", Cancel);
        return MimeMessage.Parse(Assert.Single(messages, m => m.Subject == subject).GetContent());
    }
}

/// <summary>What is killed.</summary>
[Trait("Network", "Loopback")]
public sealed class SendingProcess
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [ChildFact]
    public async Task Sends_fifty_messages()
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(Of("CERTIFICATE"));
        using var session = await Session.SignInAsync(
            SandboxWire.To(
                new Uri(Of("SANDBOX")), certificate,
                time: new LaterTime(TimeSpan.FromMinutes(int.Parse(Of("CLOCK"), CultureInfo.InvariantCulture)))),
            Cloud.Of(MailEnvironment.Global), Of("TENANT"), Of("ADMIN"),
            new AppCredential.ClientSecret(Secret.Close(Of("ADMIN_SECRET"))), Cancel);
        var connection = MailboxConnections.With(
            Of("TENANT"), Of("CLIENT"), Of("MAILBOX"), MailProtocol.Smtp, null, session, Secret.Close(Of("SECRET")), null);
        VerboseLog.SetListener((_, said) =>
        {
            if (said.Contains(" accepted 'Fifty ", StringComparison.Ordinal))
            {
                DieAt($"taken {said.Split('\'')[1].Split(' ')[1]}");
            }
        });
        using var ledger = SendLedger.Open(Of("STATE"));
        await using var sender = new TrackedSender(MailboxAccess.OpenSender(connection), ledger, connection);
        for (var i = 0; i < 50; i++)
        {
            var number = i;
            var sent = await sender.SendAsync(
                new OutgoingMessage
                {
                    To = [new EmailAddress(null, Of("TO"))], Subject = $"Fifty {number}", Body = "text",
                    Submitting = () => DieAt($"begun {number}"),
                },
                Cancel);
            if (sent.Status == SendStatus.Unknown)
            {
                await File.AppendAllTextAsync(Of("SAID"), $"Unknown {number}", Cancel);
            }
        }
    }

    private static string Of(string name) => Environment.GetEnvironmentVariable($"SMTP_{name}")!;

    private static void DieAt(string where)
    {
        if (where == Of("DEATH"))
        {
            File.AppendAllText(Of("SAID"), $"killed by {where}");
            System.Diagnostics.Process.GetCurrentProcess().Kill();
        }
    }

    /// <summary>The machine's clock, and some time more.</summary>
    private sealed class LaterTime(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}

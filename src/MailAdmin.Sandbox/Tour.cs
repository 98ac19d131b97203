using System.Globalization;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Diagnosis;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Receive;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;
using MailAdmin.Tenant;
using MailAdmin.Tenant.State;

namespace MailAdmin.Sandbox;

/// <summary>
/// Shows all steps on a sandbox tenant, through the same library that the cmdlets call. Each step is shown as the line that a
/// user would type, followed by its result.
/// </summary>
/// <param name="output">Receives the text.</param>
/// <param name="mailFolder">A folder of .eml files for the mailbox; null for the sandbox's sample mail.</param>
internal sealed class Tour(TextWriter output, string? mailFolder)
{
    private const string AppName = "Invoices";

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (mailFolder is not null && !Directory.Exists(mailFolder))
        {
            output.WriteLine($"The folder '{mailFolder}' wasn't found.");
            return 2;
        }

        try
        {
            return await GoAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (MailAdminException e)
        {
            output.WriteLine($"\n{e.Message}\n{e.Advice}");
            return 1;
        }
        catch (OperationCanceledException)
        {
            output.WriteLine("\nStopped.");
            return 130;
        }
    }

    private async Task<int> GoAsync(CancellationToken cancellationToken)
    {
        output.WriteLine("MailAdmin in a sandbox tenant. All steps run in this process.");

        Step(mailFolder is null ? "Connect-MailAdmin -Sandbox" : $"New-MailSandbox -MailPath {mailFolder} | Connect-MailAdmin");
        var tenant = SandboxTenant.Create(new SandboxOptions { MailPath = mailFolder });
        using var session = await Session.SignInAsync(
            tenant.Wire, Cloud.Of(tenant.Environment), tenant.Domain, tenant.AdminApp.ClientId,
            new AppCredential.ClientSecret(Secret.Close(tenant.AdminApp.ClientSecret)), cancellationToken).ConfigureAwait(false);
        var mailbox = tenant.Mailboxes[0].Address;
        Tell($"signed in to {tenant.Domain} ({session.TenantId}) as {session.Account}");
        Tell($"mailboxes: {string.Join(", ", tenant.Mailboxes.Select(m => m.Address))}");

        Step(
            $"$app = New-MailAppRegistration -Name {AppName} -ApplicationPermission Graph/Mail.ReadWrite -TenantWide "
                + "-Confirm:$false");
        var app = await new AppProvisioner(session).EnsureAsync(
            new AppSpecification
            {
                Name = AppName,
                Permissions = [PermissionName.Parse("Graph/Mail.ReadWrite", PermissionKind.Application)],
                TenantWide = true,
            },
            cancellationToken).ConfigureAwait(false);
        Tell($"{app.Change}: client ID {app.ClientId}, application object ID {app.ApplicationObjectId}, service principal "
            + $"object ID {app.ServicePrincipalObjectId}");
        Tell($"granted {string.Join(", ", app.GrantedPermission)}; the secret expires {app.SecretExpiresAt:yyyy-MM-dd}");

        var connection = MailboxConnections.As(app, mailbox);
        Step($"$app | Test-MailboxConnection -Mailbox {mailbox}");
        var test = await new MailboxTester(connection, "Inbox").RunAsync(cancellationToken).ConfigureAwait(false);
        foreach (var check in test.Checks)
        {
            Tell($"{check.Status,-8} {check.Name,-9} {check.Evidence}");
        }

        Tell($"verdict: {test.Verdict}");

        var started = DateTime.UtcNow.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        var destination = Path.Combine(Path.GetTempPath(), $"mailadmin-tour-{started}-{Environment.ProcessId}");
        var originals = tenant.GetMessages(mailbox, "Inbox").ToDictionary(m => m.Id, m => m.Describe().GetContent());
        Step($"$app | Receive-MailboxMessage -Mailbox {mailbox} -Destination {destination} -AfterProcessing Move -MoveTo Done");
        var received = await ReceiveAsync(connection, destination, cancellationToken).ConfigureAwait(false);

        Step($"$app | Get-MailFolder -Mailbox {mailbox}");
        var store = MailboxAccess.Open(connection);
        await using (store.ConfigureAwait(false))
        {
            await foreach (var folder in store.GetFoldersAsync(null, recurse: false, cancellationToken).ConfigureAwait(false))
            {
                if (folder.TotalItemCount > 0 || folder.Path is "Inbox" or "Done")
                {
                    Tell($"{folder.Path}: {folder.TotalItemCount} messages");
                }
            }
        }

        var same = received.Count(
            m => originals.TryGetValue(m.Id, out var bytes) && File.ReadAllBytes(m.Path!).AsSpan().SequenceEqual(bytes));
        output.WriteLine($"\n{received.Count} of {originals.Count} messages are in {destination}");
        output.WriteLine($"{same} of them are identical to the originals, byte for byte.");
        return test.Verdict == Verdict.Passed && same == originals.Count && received.Count == originals.Count ? 0 : 1;
    }

    private async Task<List<ReceivedMessage>> ReceiveAsync(
        MailboxConnection connection, string destination, CancellationToken cancellationToken)
    {
        var received = new List<ReceivedMessage>();
        var store = MailboxAccess.Open(connection);
        await using (store.ConfigureAwait(false))
        {
            var receiver = new MailReceiver(
                store, new ReceiveOptions { Destination = destination, AfterProcessing = AfterProcessing.Move, MoveTo = "Done" });
            await foreach (var delivery in receiver.ReceiveAsync(cancellationToken).ConfigureAwait(false))
            {
                if (delivery.Error is { } error)
                {
                    Tell($"not received: {delivery.Message.Subject}: {error.Message}");
                    continue;
                }

                received.Add(delivery.Message);
                Tell($"{delivery.Message.ReceivedAt:yyyy-MM-dd HH:mm}  {Printable(delivery.Message.Subject)}");
                delivery.Acknowledge();
            }
        }

        return received;
    }

    private void Step(string line) => output.WriteLine($"\nPS> {line}");

    private void Tell(string line) => output.WriteLine($"    {line}");

    // A subject is external text: a control character in it must not reach the terminal.
    private static string Printable(string text) => text.Length == 0 ? "(no subject)"
        : string.Concat(text.Select(c => char.IsControl(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format ? '?' : c));
}

using System.Globalization;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>
/// Tests that a product works, not only its access: a marked message is sent to the mailbox, and the product must remove it from
/// the Inbox within a time. The message isn't removed from the product's folder. A product that doesn't change messages can't be
/// tested this way.
/// </summary>
internal sealed class MailFlowTest
{
    /// <summary>The interval of the checks.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    private readonly MailboxConnection _sender;
    private readonly MailboxConnection _watched;
    private readonly MailAppRecipe? _recipe;

    /// <summary>Prepares it.</summary>
    /// <param name="sender">The connection that sends the message; over Graph, with Mail.Send.</param>
    /// <param name="watched">The mailbox that the product works with.</param>
    /// <param name="recipe">The product's recipe with the target folder; null to search all folders.</param>
    public MailFlowTest(MailboxConnection sender, MailboxConnection watched, MailAppRecipe? recipe) =>
        (_sender, _watched, _recipe) = (sender, watched, recipe);

    /// <summary>Sends the message and waits for what becomes of it.</summary>
    /// <param name="timeout">The maximum time for the product.</param>
    /// <param name="cancellationToken">Cancels the operation. The message isn't removed.</param>
    /// <returns>
    /// Passed if the product moved or deleted it, Failed if it's still in the Inbox, Unknown if it never arrived.
    /// </returns>
    /// <exception cref="ServiceRefusedException">The message couldn't be sent, or the mailbox not be opened.</exception>
    /// <exception cref="ConnectionLostException">The service couldn't be reached.</exception>
    public async Task<MailCheck> RunAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var marker = $"MailAdmin mail flow test {Guid.NewGuid():N}";
        var time = MailboxAccess.TimeOf(_watched);
        var sender = MailboxAccess.OpenSender(_sender);
        await using (sender.ConfigureAwait(false))
        {
            await sender.SendAsync(
                new OutgoingMessage
                {
                    To = [new EmailAddress(null, _watched.Mailbox)],
                    Subject = marker,
                    Body = "This message tests whether mail to this address is processed. It can be deleted.",
                    SaveToSentItems = false,
                },
                cancellationToken).ConfigureAwait(false);
        }

        var start = time.GetTimestamp();
        var store = MailboxAccess.Open(_watched);
        await using (store.ConfigureAwait(false))
        {
            var seen = false;
            while (true)
            {
                var isThere = await IsInAsync(store, "Inbox", marker, cancellationToken).ConfigureAwait(false);
                var taken = time.GetElapsedTime(start);
                seen |= isThere;
                if (!isThere && await WhereAsync(store, marker, cancellationToken).ConfigureAwait(false) is { } place)
                {
                    return new MailCheck("MailFlow", CheckStatus.Passed)
                    {
                        Evidence = string.Create(
                            CultureInfo.InvariantCulture, $"'{marker}' was moved to '{place}' within {taken.TotalSeconds:0} s"),
                    };
                }

                if (!isThere && seen)
                {
                    return new MailCheck("MailFlow", CheckStatus.Passed)
                    {
                        Evidence = string.Create(
                            CultureInfo.InvariantCulture, $"'{marker}' was deleted within {taken.TotalSeconds:0} s"),
                    };
                }

                if (taken >= timeout)
                {
                    return Late(marker, seen, timeout);
                }

                await Task.Delay(
                    timeout - taken < Pause ? timeout - taken : Pause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private MailCheck Late(string marker, bool seen, TimeSpan timeout) => seen
        ? new MailCheck("MailFlow", CheckStatus.Failed)
        {
            Evidence = string.Create(
                CultureInfo.InvariantCulture, $"'{marker}' is still in the Inbox after {timeout.TotalMinutes:0.#} min"),
            Cause = $"{_recipe?.Name ?? "The product"} didn't remove the message from the Inbox.",
            Advice = "Check that the product is running, reads this mailbox, and uses a valid secret.",
        }
        : new MailCheck("MailFlow", CheckStatus.Unknown)
        {
            Evidence = string.Create(
                CultureInfo.InvariantCulture, $"'{marker}' wasn't found within {timeout.TotalMinutes:0.#} min"),
            Cause = "The message didn't arrive, or was removed before it was found, and isn't in any folder.",
            Advice = "Check for inbox rules or filters that remove the message first. Increase -Timeout.",
        };

    /// <summary>Returns the folder of the message; null if it's in no readable folder.</summary>
    private async Task<string?> WhereAsync(IMailStore store, string marker, CancellationToken cancellationToken)
    {
        string[] likely =
        [
            .. new[]
            {
                _recipe?.AfterProcessing?.Folder,
                "deleteditems",
                _watched.Protocol == MailProtocol.Graph ? "recoverableitemsdeletions" : null,
            }.OfType<string>(),
        ];
        foreach (var folder in likely)
        {
            if (await IsInAsync(store, folder, marker, cancellationToken).ConfigureAwait(false))
            {
                return folder switch
                {
                    "deleteditems" => "Deleted Items",
                    "recoverableitemsdeletions" => "Recoverable Items",
                    _ => folder,
                };
            }
        }

        await foreach (var folder in store.GetFoldersAsync(null, recurse: true, cancellationToken).ConfigureAwait(false))
        {
            if (!folder.Path.Equals("Inbox", StringComparison.OrdinalIgnoreCase)
                && await IsInAsync(store, folder, marker, cancellationToken).ConfigureAwait(false))
            {
                return folder.Path;
            }
        }

        return null;
    }

    private static async Task<bool> IsInAsync(
        IMailStore store, string folder, string marker, CancellationToken cancellationToken) =>
        await store.FindFolderAsync(folder, cancellationToken, counted: false).ConfigureAwait(false) is { } found
        && await IsInAsync(store, found, marker, cancellationToken).ConfigureAwait(false);

    private static async Task<bool> IsInAsync(
        IMailStore store, MailFolder folder, string marker, CancellationToken cancellationToken)
    {
        await foreach (var _ in store.GetMessagesAsync(
            folder, new MessageQuery { Subject = marker, First = 1 }, cancellationToken).ConfigureAwait(false))
        {
            return true;
        }

        return false;
    }
}

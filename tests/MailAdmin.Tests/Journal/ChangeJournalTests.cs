using MailAdmin.Core.Journal;

namespace MailAdmin.Tests.Journal;

/// <summary>The journal on disk, to which every process of a user writes.</summary>
public sealed class ChangeJournalTests : IDisposable
{
    private const string File = "MAILADMIN_TEST_JOURNAL";
    private const int Lines = 250;

    private readonly TempFolder _folder = new();

    [Fact]
    public async Task No_line_of_several_processes_is_lost_or_mixed()
    {
        var path = _folder["journal.jsonl"];
        var environment = new Dictionary<string, string?> { [File] = path };
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => TestChild.RunAsync(
            typeof(ChangeJournalTests), nameof(Writes), environment, [], TestContext.Current.CancellationToken)));

        var changes = ChangeJournal.In(path).Read();
        Assert.Equal(2 * Lines, changes.Count);
        Assert.Equal(2, changes.GroupBy(c => c.Account).Count(g => g.Count() == Lines));
    }

    [Fact]
    public void A_line_that_cannot_be_read_is_counted()
    {
        var path = _folder["cut.jsonl"];
        var journal = ChangeJournal.In(path);
        journal.Write(new MailAdminChange { At = DateTimeOffset.UnixEpoch, TenantId = "t", Account = "a", Action = "Test", Target = "x" });
        Assert.Equal(0, journal.CountUnreadable());

        System.IO.File.AppendAllText(path, "{\"At\":\n");
        Assert.Equal((1, 1), (journal.Read().Count, journal.CountUnreadable()));
    }

    [ChildFact]
    public void Writes()
    {
        var journal = ChangeJournal.In(Environment.GetEnvironmentVariable(File)!);
        for (var i = 0; i < Lines; i++)
        {
            journal.Write(new MailAdminChange
            {
                At = DateTimeOffset.UnixEpoch.AddSeconds(i), TenantId = "t", Account = $"process {Environment.ProcessId}", Action = "Test",
                Target = new string('x', i),
            });
        }
    }

    public void Dispose() => _folder.Dispose();
}

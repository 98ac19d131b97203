using MailAdmin.Benchmarks;

// dotnet run -c Release --project tests/MailAdmin.Benchmarks -- imap
return args switch
{
    ["import", .. var rest] => await ImportBenchmark.RunAsync(Count(rest, 11)),
    ["imap"] => await ImapBenchmark.RunAsync(21, null),
    ["imap", var pairs] => await ImapBenchmark.RunAsync(Math.Max(9, Count([pairs], 21)), null),
    ["imap", var pairs, var only] => await ImapBenchmark.RunAsync(Math.Max(9, Count([pairs], 21)), only),
    ["mime", .. var rest] => await MimeBenchmark.RunAsync(Count(rest, 7)),
    ["requests"] => await RequestsBenchmark.RunAsync(),
    ["scale"] => await ScaleBenchmark.RunAsync(),
    ["workers"] => await WorkersBenchmark.RunAsync(),
    ["work"] => await WorkerProcess.RunAsync(),
    ["sandbox"] => await SandboxBenchmark.RunAsync(),
    ["memory"] => await MemoryBenchmark.RunAsync(),
    ["first", .. var rest] => await FirstReceiveBenchmark.RunAsync(Count(rest, 9)),
    ["receive", var port, var certificate, var user, var destination] => await MemoryBenchmark.ReceiveAsync(port, certificate, user, destination),
    ["delay", var target, var roundTrip] => await DelayProxy.RunAsync(target, roundTrip),
    _ => Usage(),
};

static int Count(string[] rest, int usual) => rest is [var pairs] ? int.Parse(pairs, System.Globalization.CultureInfo.InvariantCulture) : usual;

static int Usage()
{
    Console.Error.WriteLine("""
        usage: dotnet run -c Release --project tests/MailAdmin.Benchmarks -- BENCHMARK

          import [PAIRS]    what importing the packed module adds to a bare start of pwsh
          imap [PAIRS [LINE]]
                            receiving over IMAP beside MailKit as it is, and beside a bare socket, on the same Dovecot mailbox;
                            LINE is part of its name. What is flushed goes to TMPDIR, the rest to memory where there is room.
                            At least 9 pairs. One run beside another of the same differs by a sixth on a machine with two
                            cores: fewer pairs than 21 tell little
          mime [PAIRS]      the MIME reader beside a plain copy, and what it allocates for large headers
          requests          what receiving over Graph asks of the service, and what a slow network costs
          scale             many mailboxes over Graph with their memory in Azurite (npm ci, in tests/npm): what an idle pass costs,
                            memory by their number, and a container beside a folder on disk
          workers           one, two, and four processes over one list of mailboxes and one container of Azurite: messages a second,
                            and the memory of one by the number of mailboxes
          sandbox           a tenant of 1,000 mailboxes, and what a message of a served mailbox of 20,000 costs beside one of 2,000
                            (build src/MailAdmin.Sandbox in the same configuration first)
          memory            1 GB of mail, and one message of 150 MB, under a heap limit of 48 MB
          first [PAIRS]     the first receive of a process over IMAP, beside that of the commit before MailKit came in, which is
                            built in a worktree

        import, imap, mime, sandbox, memory, first, scale, workers and requests end with 0 when every bar holds, and with 1 when one is missed.
        """);
    return 2;
}

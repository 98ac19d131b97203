using MailAdmin.Benchmarks;

// dotnet run -c Release --project tests/MailAdmin.Benchmarks -- imap
return args switch
{
    ["import", .. var rest] => await ImportBenchmark.RunAsync(Count(rest, 11)),
    ["imap"] => await ImapBenchmark.RunAsync(21, null),
    ["imap", var pairs] => await ImapBenchmark.RunAsync(Count([pairs], 21), null),
    ["imap", var pairs, var only] => await ImapBenchmark.RunAsync(Count([pairs], 21), only),
    ["mime", .. var rest] => await MimeBenchmark.RunAsync(Count(rest, 7)),
    ["requests"] => await RequestsBenchmark.RunAsync(),
    ["memory"] => await MemoryBenchmark.RunAsync(),
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
                            the IMAP client beside a bare socket on the same Dovecot mailbox; LINE is part of its name. What is
                            flushed goes to TMPDIR, the rest to memory where there is room. One run beside another of the same
                            differs by a sixth on a machine with two cores: fewer pairs than 21 tell little
          mime [PAIRS]      the MIME reader beside a plain copy, and what it allocates for large headers
          requests          what receiving over Graph asks of the service, and what a slow network costs
          memory            1 GB of mail, and one message of 150 MB, under a heap limit of 48 MB

        import, imap, mime, memory and requests end with 0 when every bar holds, and with 1 when one is missed.
        """);
    return 2;
}

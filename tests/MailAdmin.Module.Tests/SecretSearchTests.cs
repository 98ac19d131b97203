using System.Security.Cryptography;
using System.Text;

namespace MailAdmin.Module.Tests;

/// <summary>The search for secrets finds them, and nothing that the run of the Pester tests lets anybody see has one.</summary>
public sealed class SecretSearchTests(PesterRun run)
{
    private const string Secret = "c4n4ry~+/?";

    public static TheoryData<string, string> Leaks => new()
    {
        { "as it is", $"client_secret={Secret}&x" },
        { "for a URL", $"client_secret={Uri.EscapeDataString(Secret).Replace("~", "%7E", StringComparison.Ordinal)}" },
        { "hexadecimal", Convert.ToHexString(Encoding.UTF8.GetBytes($"a{Secret}b")) },
        { "hexadecimal UTF-16", Convert.ToHexString(Encoding.Unicode.GetBytes($"a{Secret}b")).ToLowerInvariant() },
        { "base64", Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret)) },
        { "base64", Convert.ToBase64String(Encoding.UTF8.GetBytes($"a{Secret}b")) },
        { "base64", Convert.ToBase64String(Encoding.UTF8.GetBytes($"user=x\u0001auth=Bearer ab{Secret}\u0001\u0001")) },
        { "base64", Convert.ToBase64String(Encoding.Unicode.GetBytes($"a{Secret}b")) },
        { "base64 of base64", Convert.ToBase64String(Encoding.UTF8.GetBytes($"user=x\u0001auth=Bearer {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{{\"mark\":\"{Secret}\"}}"))}\u0001\u0001")) },
        { "a private key", Convert.ToBase64String(Key.ExportPkcs8PrivateKey()) },
        { "a private key", Key.ExportRSAPrivateKeyPem() },
        { "a private key", Convert.ToBase64String(Key.ExportRSAPrivateKey()) },
    };

    private static RSA Key { get; } = RSA.Create(2048);

    [Theory]
    [MemberData(nameof(Leaks))]
    public void A_secret_is_found_in_every_form(string form, string text)
    {
        Assert.Contains(form, new SecretSearch(Secret).In(Encoding.UTF8.GetBytes($"before {text} after")));
    }

    [Fact]
    public void A_secret_is_found_in_UTF_16() => Assert.Contains("UTF-16", new SecretSearch(Secret).In(Encoding.Unicode.GetBytes($"before {Secret} after")));

    [Fact]
    public void Nothing_is_found_where_nothing_is() =>
        Assert.Empty(new SecretSearch(Secret).In(Encoding.UTF8.GetBytes($"c4n4r y~ {Convert.ToBase64String(Key.ExportSubjectPublicKeyInfo())} ***")));

    [Fact]
    public async Task What_the_run_of_Pester_shows_and_keeps_has_no_secret()
    {
        await run.ReadyAsync();
        Assert.True(run.Failure is null, run.Failure);

        // What was searched is there, and the search finds what it should.
        Assert.Contains("control.txt: as it is", run.Found);
        Assert.All(PesterRun.Recorded, file => Assert.True(run.Sizes.GetValueOrDefault(file) > 50_000, $"{file} has {run.Sizes.GetValueOrDefault(file)} octets"));
        Assert.Contains(run.Sizes.Keys, f => f.EndsWith("connections.json", StringComparison.Ordinal));
        Assert.Contains(run.Sizes.Keys, f => f.EndsWith(".eml", StringComparison.Ordinal));

        Assert.Equal([], run.Found.Except(["control.txt: as it is"]));
    }

    /// <summary>
    /// Each cmdlet says in the debug stream, and so in the transcript that is searched, by which parameter set it was called.
    /// </summary>
    [Fact]
    public async Task The_run_that_is_searched_uses_every_parameter_set_of_every_cmdlet()
    {
        await run.ReadyAsync();
        Assert.True(run.Failure is null, run.Failure);
        Assert.True(run.ParameterSets.Count > 90, $"There are only {run.ParameterSets.Count} parameter sets.");
        Assert.Equal([], run.ParameterSets.Where(s => !run.Transcript.Contains($"DEBUG: {s}", StringComparison.Ordinal)));
    }
}

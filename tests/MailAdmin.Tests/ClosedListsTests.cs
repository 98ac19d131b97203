namespace MailAdmin.Tests;

/// <summary>The status words that scripts compare with. Each list is closed: a word is neither added nor paraphrased.</summary>
public class ClosedListsTests
{
    [Theory]
    [InlineData(typeof(ChangeKind), "Created Updated Unchanged Removed Pending")]
    [InlineData(typeof(MailAppStepStatus), "Done Unchanged Pending Failed Skipped Planned")]
    [InlineData(typeof(Verdict), "Passed Failed Warning TooSoonToTell Unknown")]
    [InlineData(typeof(CheckStatus), "Passed Failed Warning Skipped TooSoonToTell Unknown")]
    public void A_status_has_these_words_and_no_others(Type status, string words) =>
        Assert.Equal(words.Split(' ').Order(StringComparer.Ordinal), Enum.GetNames(status).Order(StringComparer.Ordinal));

    // Test-ApplicationAccessPolicy answers Granted or Denied (AccessCheckResult):
    // https://learn.microsoft.com/powershell/module/exchange/test-applicationaccesspolicy.
    [Theory]
    [InlineData(Verdict.Passed, "Granted")]
    [InlineData(Verdict.Failed, "Denied")]
    [InlineData(Verdict.TooSoonToTell, "TooSoonToTell")]
    [InlineData(Verdict.Unknown, "Unknown")]
    public void An_access_answer_is_shown_in_Exchanges_words(Verdict verdict, string word) =>
        Assert.Equal(word, $"{new MailAppAccessAnswer { Verdict = verdict }}");

    [Fact]
    public void Every_reason_and_every_text_of_the_cases_is_in_the_documentation()
    {
        var page = File.ReadAllText(Path.Combine(ArchitectureTests.FindRoot(), "docs", "Errors.md"));
        Assert.All(Enum.GetNames<MailCheckReason>(), r => Assert.Contains($"| {r} | ", page, StringComparison.Ordinal));
        string[] texts =
        [
            "AUTHENTICATE failed.", "User is authenticated but not connected.", "SmtpClientAuthentication is disabled for the Tenant",
            "Access to OData is disabled", "SendAsDeniedException", "Need admin approval",
            .. "700024 500133 50059 7000229 500014 650053 501051 500113 1000502 53000 53001 53011 50072 50074 50078 50097 50158 50199 50128 50133 500200 700084"
                .Split(' ').Select(c => $"AADSTS{c}"),
        ];
        Assert.All(texts, t => Assert.Contains(t, page, StringComparison.Ordinal));
    }
}

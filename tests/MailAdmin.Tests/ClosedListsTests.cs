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
}

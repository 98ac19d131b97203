using MailAdmin.Core.Base;

namespace MailAdmin.Tests.Base;

/// <summary>What -Debug shows of a request has no secret, and says what went wrong.</summary>
public sealed class RequestStoryTests
{
    [Theory]
    [InlineData("""{"error":{"code":"ErrorAccessDenied"},"secretText":"s3cret"}""", false, """{"error":{"code":"ErrorAccessDenied"},"secretText":"***"}""")]
    [InlineData("""{"value":[{"other":"eyJhbGciOiJSUzI1NiJ9.a.b"}]}""", false, """{"value":[{"other":"***"}]}""")]
    [InlineData("grant_type=authorization_code&code=s3cret&client_secret=s3cret", true, "grant_type=authorization_code&code=***&client_secret=***")]
    [InlineData("<html>", false, "6 characters that aren't JSON")]
    public void Secrets_are_left_out_and_codes_of_errors_are_kept(string text, bool isForm, string shown) =>
        Assert.Equal(shown, RequestStory.WithoutSecrets(text, isForm));
}

using MailAdmin.Core.Receive.Blobs;

namespace MailAdmin.Tests.Receive.Blobs;

public class StorageAddressTests
{
    private const string Secret = "?sv=2021-12-02&sig=verysecret";

    [Theory]
    [InlineData("https://contoso.blob.core.windows.net/mail", "https://contoso.blob.core.windows.net/mail", "")]
    [InlineData("https://contoso.blob.core.windows.net/mail/in%20box/a/", "https://contoso.blob.core.windows.net/mail", "in box/a/")]
    [InlineData("https://contoso.z22.blob.storage.azure.net/mail/a", "https://contoso.z22.blob.storage.azure.net/mail", "a/")]
    [InlineData("http://127.0.0.1:10000/devstoreaccount1/mail/a", "http://127.0.0.1:10000/devstoreaccount1/mail", "a/")]
    [InlineData("https://localhost:10000/devstoreaccount1/mail", "https://localhost:10000/devstoreaccount1/mail", "")]
    public void A_container_and_a_prefix_are_told_apart(string text, string container, string prefix)
    {
        var address = StorageAddress.Parse(text + Secret);
        Assert.Equal((container, prefix, true), (address.Container.AbsoluteUri, address.Prefix, address.HasSignature));
        Assert.False(StorageAddress.Parse(text).HasSignature);
        Assert.DoesNotContain("verysecret", $"{address}{address.Name}{address.Container}", StringComparison.Ordinal);
        Assert.Contains("verysecret", address.Reveal().AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal($"{prefix}.mailadmin/", address.Below($"{address.Name}/.mailadmin")!.Prefix);
        Assert.Null(address.Below($"{address.Name}2"));
    }

    [Theory]
    [InlineData("https://contoso.blob.core.windows.net")]
    [InlineData("https://contoso.blob.core.windows.net/")]
    [InlineData("http://contoso.blob.core.windows.net/mail")]
    [InlineData("https://contoso.file.core.windows.net/mail")]
    [InlineData("https://blob.core.windows.net.example.com/mail")]
    [InlineData("https://user:pw@contoso.blob.core.windows.net/mail")]
    [InlineData("http://127.0.0.1:10000/devstoreaccount1")]
    [InlineData("https://[")]
    public void What_is_no_container_is_refused_without_its_signature(string text)
    {
        var e = Assert.Throws<InvalidRequestException>(() => StorageAddress.Parse(text + Secret));
        Assert.Equal("StorageAddressNotValid", e.Id);
        Assert.DoesNotContain("verysecret", e.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://a.blob.core.windows.net/m", MailEnvironment.Global, false, true)]
    [InlineData("https://a.blob.core.usgovcloudapi.net/m", MailEnvironment.USGov, false, true)]
    [InlineData("https://a.blob.core.usgovcloudapi.net/m", MailEnvironment.USGovDoD, false, true)]
    [InlineData("https://a.blob.core.chinacloudapi.cn/m", MailEnvironment.China, false, true)]
    [InlineData("https://a.blob.core.chinacloudapi.cn/m", MailEnvironment.Global, false, false)]
    [InlineData("https://a.blob.core.windows.net/m", MailEnvironment.USGov, false, false)]
    [InlineData("https://localhost:10000/devstoreaccount1/m", MailEnvironment.Global, false, false)]
    [InlineData("https://localhost:10000/devstoreaccount1/m", MailEnvironment.Global, true, true)]
    [InlineData("http://localhost:10000/devstoreaccount1/m", MailEnvironment.Global, true, false)]
    [InlineData("https://a.blob.core.windows.net/m", MailEnvironment.Global, true, false)]
    public void A_token_goes_to_accounts_of_its_own_cloud_alone(string text, MailEnvironment cloud, bool isSandbox, bool goes)
    {
        var address = StorageAddress.Parse(text);
        if (goes)
        {
            address.RequireTokens(cloud, isSandbox);
        }
        else
        {
            Assert.Equal("StorageSignInRequired", Assert.Throws<InvalidRequestException>(() => address.RequireTokens(cloud, isSandbox)).Id);
        }
    }
}

using MailAdmin.Core.Mail;

namespace MailAdmin.Tests.Mail;

public class FolderPathTests
{
    [Theory]
    [InlineData("Inbox", new[] { "Inbox" })]
    [InlineData("/Inbox/Invoices", new[] { "Inbox", "Invoices" })]
    [InlineData(@"In\/Out/2026", new[] { "In/Out", "2026" })]
    [InlineData(@"a\\/b", new[] { @"a\", "b" })]
    [InlineData(@"C:\dir", new[] { @"C:\dir" })]
    public void A_path_is_split_at_its_slashes(string path, string[] parts) => Assert.Equal(parts, FolderPath.Split(path));

    [Theory]
    [InlineData("In/Out")]
    [InlineData(@"back\slash")]
    [InlineData(@"both\/")]
    public void A_name_survives_being_joined_and_split(string name) =>
        Assert.Equal(["Inbox", name], FolderPath.Split(FolderPath.Join("Inbox", name)));

    [Theory]
    [InlineData("")]
    [InlineData("Inbox//x")]
    [InlineData("Inbox/")]
    public void An_empty_name_is_refused(string path) =>
        Assert.Equal("InvalidFolderPath", Assert.Throws<InvalidRequestException>(() => FolderPath.Split(path)).Id);
}

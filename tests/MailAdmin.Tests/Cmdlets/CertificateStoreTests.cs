using System.Security.Cryptography.X509Certificates;

namespace MailAdmin.Tests.Cmdlets;

/// <summary>Which certificate is meant, and how its key is kept.</summary>
public class CertificateStoreTests
{
    [Theory]
    [InlineData("a1b2c3", "A1B2C3")]
    [InlineData("A1:B2:C3", "A1B2C3")]
    [InlineData("\u200Ea1 b2 c3 ", "A1B2C3")]
    public void A_thumbprint_is_found_as_other_programs_show_it(string written, string meant) =>
        Assert.Equal(meant, CertificateStore.Normalize(written));

    [Fact]
    public void The_one_with_a_private_key_is_taken_whichever_store_it_is_in()
    {
        (StoreLocation Location, bool HasKey) user = (StoreLocation.CurrentUser, false), machine = (StoreLocation.LocalMachine, true);
        Assert.Equal(machine, CertificateStore.Choose([user, machine], c => c.HasKey));
        Assert.Equal((user.Location, true), CertificateStore.Choose<(StoreLocation, bool HasKey)>([(user.Location, true), machine], c => c.HasKey));
        Assert.Equal(user, CertificateStore.Choose([user], c => c.HasKey));
        Assert.Null(CertificateStore.Choose<(StoreLocation, bool HasKey)>([], c => c.HasKey));
    }

    [Fact]
    public void A_key_of_a_file_is_not_written_into_a_profile_on_Windows()
    {
        Assert.Equal(X509KeyStorageFlags.EphemeralKeySet, CertificateFile.KeyFlags(isWindows: true));
        Assert.Equal(X509KeyStorageFlags.DefaultKeySet, CertificateFile.KeyFlags(isWindows: false));
    }

    [Theory]
    [InlineData(StoreLocation.CurrentUser, false, X509KeyStorageFlags.UserKeySet)]
    [InlineData(StoreLocation.LocalMachine, false, X509KeyStorageFlags.MachineKeySet)]
    [InlineData(StoreLocation.LocalMachine, true, X509KeyStorageFlags.MachineKeySet | X509KeyStorageFlags.Exportable)]
    public void A_key_in_a_store_stays_there(StoreLocation location, bool isExportable, X509KeyStorageFlags flags) =>
        Assert.Equal(X509KeyStorageFlags.PersistKeySet | flags, CertificateStore.StoreFlags(location, isExportable));
}

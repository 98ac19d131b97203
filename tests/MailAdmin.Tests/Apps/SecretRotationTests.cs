using MailAdmin.Core.Apps;
using MailAdmin.Core.Base;
using MailAdmin.Core.Service;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Apps;

public sealed class SecretRotationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_rotation_that_is_killed_after_any_step_is_finished_by_the_next_run(bool readsBack)
    {
        // Killed after 1, 2, 3 ... steps, until a run gets through; the handing over has a step before it and one after it.
        for (var steps = 1; ; steps++)
        {
            using var road = await EndToEnd.StartAsync();
            var app = await road.RegisterAsync("Graph/Mail.Read");
            var old = Secret.Reveal(app.ClientSecret!);
            var place = old;
            var cut = new CuttingHandler(road.Tenant.Wire.Http, steps)
            {
                Watch = () =>
                {
                    Assert.True(SecretsOf(road, app).Length <= 2, "More than the old and the new one.");
                    Assert.True(Works(road, app, old), "The old secret is gone.");
                    Assert.True(!readsBack || Works(road, app, place), "What was handed over does not work.");
                },
            };
            using var shaky = await road.SignInAsync(cut);
            using var next = await road.SignInAsync(new CuttingHandler(road.Tenant.Wire.Http, 0) { Watch = cut.Watch });
            cut.Arm();
            var interrupted = true;
            try
            {
                await RunAsync(shaky, cut.Step);
                interrupted = false;
            }
            catch (OperationCanceledException)
            {
            }

            await RunAsync(next, cut.Watch);
            Assert.NotEqual(old, place);
            Assert.True(Works(road, app, place));
            Assert.Equal(2, SecretsOf(road, app).Length);
            Assert.Equal(ChangeKind.Unchanged, (await RunAsync(next, cut.Watch)).Change);

            var removal = new CredentialRemoval(road.Admin);
            var (superseded, _) = await removal.FindAsync(app, new CredentialChoice { Superseded = true }, Token);
            await removal.RemoveAsync(app, Assert.Single(superseded), Token);
            Assert.False(Works(road, app, old));
            Assert.True(Works(road, app, place));
            if (!interrupted)
            {
                Assert.True(steps > 6, $"Only {steps} steps.");
                return;
            }

            async Task<MailAppRegistration> RunAsync(Session session, Action step)
            {
                var rotation = new SecretRotation(session);
                var renewed = await rotation.BeginAsync(app, null, readsBack ? Secret.Close(place) : null, Token);
                if (renewed.ClientSecret is { } secret)
                {
                    step();
                    place = Secret.Reveal(secret);
                    step();
                    await rotation.FinishAsync(renewed, Token);
                }

                return renewed;
            }
        }
    }

    [Fact]
    public async Task Rotations_follow_each_other_once_the_superseded_secret_is_removed()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        var seen = new HashSet<string> { Secret.Reveal(app.ClientSecret!) };
        for (var i = 0; i < 3; i++)
        {
            var renewed = await RotateAsync(road, app);
            Assert.Equal(ChangeKind.Updated, renewed.Change);
            Assert.True(seen.Add(Secret.Reveal(renewed.ClientSecret!)));
            Assert.Contains("Remove-MailAppCredential -Superseded", Assert.Single(renewed.Pending).ToString(), StringComparison.Ordinal);
            var removal = new CredentialRemoval(road.Admin);
            foreach (var credential in (await removal.FindAsync(app, new CredentialChoice { Superseded = true }, Token)).Credentials)
            {
                await removal.RemoveAsync(app, credential, Token);
            }

            Assert.True(Works(road, app, Secret.Reveal(renewed.ClientSecret!)));
            Assert.Single(SecretsOf(road, app));
        }

        // The registration is told of the newest only.
        Assert.Single(road.Tenant.State.Directory.ApplicationOf(app.ClientId)!.Json["tags"]!.AsArray(),
            t => ((string)t!).StartsWith("MailAdmin.HandedOver:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_secret_that_has_ended_is_no_hindrance_and_the_app_gets_a_new_one()
    {
        var clock = TenantClock.Manual(DateTimeOffset.UtcNow);
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = clock });
        var app = await road.RegisterAsync("Graph/Mail.Read");
        clock.Advance(TimeSpan.FromDays(200));

        var renewed = await RotateAsync(road, app);

        Assert.True(Works(road, app, Secret.Reveal(renewed.ClientSecret!)));
        Assert.Empty(renewed.Pending);
        Assert.Equal(1, (await new AppCredentials(road.Admin).ListAsync(app, Token).ToListAsync(Token)).Count(c => c.DaysLeft < 0));
    }

    [Fact]
    public async Task Several_secrets_that_nobody_rotated_are_not_chosen_from()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        await new AppSecrets(road.Admin).MakeAsync(app, "by hand", null, Token);

        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => new SecretRotation(road.Admin).BeginAsync(app, null, null, Token));

        Assert.Equal("TooManySecrets", e.Id);
        Assert.Equal(2, SecretsOf(road, app).Length);
    }

    [Fact]
    public async Task The_new_secret_is_handed_over_only_when_one_can_sign_in_with_it()
    {
        var clock = TenantClock.Manual(DateTimeOffset.UtcNow);
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = clock, Propagation = Propagation.Realistic });
        var app = await ManualTime.RunAsync(clock, road.RegisterAsync("Graph/Mail.Read"));
        var before = clock.GetUtcNow();

        var renewed = await ManualTime.RunAsync(clock, new SecretRotation(road.Admin).BeginAsync(app, null, null, Token));

        Assert.True(clock.GetUtcNow() - before >= TimeSpan.FromSeconds(4), "It did not wait.");
        Assert.True(road.Tenant.State.Directory.Credentials[renewed.SecretId!].EffectiveFrom <= clock.GetUtcNow());
        Assert.NotNull(road.Tenant.State.Directory.Credentials[renewed.SecretId!].LastUsedAt);
    }

    [Fact]
    public async Task A_new_secret_that_is_never_accepted_is_not_handed_over_and_replaced_by_the_next_run()
    {
        var clock = TenantClock.Manual(DateTimeOffset.UtcNow);
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = clock });
        var app = await road.RegisterAsync("Graph/Mail.Read");
        road.Tenant.SetFault("CredentialMissing", clientId: app.ClientId);

        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => ManualTime.RunAsync(clock, new SecretRotation(road.Admin).BeginAsync(app, null, null, Token)));

        Assert.Equal("NewSecretNotAccepted", e.Id);
        road.Tenant.ClearFaults();
        Assert.True(Works(road, app, Secret.Reveal((await RotateAsync(road, app)).ClientSecret!)));
        Assert.Equal(2, SecretsOf(road, app).Length);
    }

    private static async Task<MailAppRegistration> RotateAsync(EndToEnd road, MailAppRegistration app)
    {
        var rotation = new SecretRotation(road.Admin);
        var renewed = await rotation.BeginAsync(app, null, null, Token);
        await rotation.FinishAsync(renewed, Token);
        return renewed;
    }

    private static string[] SecretsOf(EndToEnd road, MailAppRegistration app) =>
        [.. road.Tenant.State.Directory.ApplicationOf(app.ClientId)!.Json["passwordCredentials"]!.AsArray().Select(p => (string)p!["keyId"]!)];

    private static bool Works(EndToEnd road, MailAppRegistration app, string secret) =>
        SecretsOf(road, app).Any(keyId => road.Tenant.State.Directory.Credentials[keyId].Matches(secret));
}

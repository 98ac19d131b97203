using System.Net.Http.Headers;
using Microsoft.Graph;
using Microsoft.Graph.Models;
using Microsoft.Graph.Models.ODataErrors;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Http.HttpClientLibrary;

namespace MailAdmin.Tests.Judges;

/// <summary>Microsoft.Graph for .NET, not through our code: mail as an app.</summary>
internal sealed class MicrosoftGraphJudge(JudgedTenant tenant) : Judge(tenant)
{
    public override string Client => "Microsoft.Graph";

    public override string Version => VersionOf(typeof(GraphServiceClient));

    protected override async Task JudgeAsync()
    {
        using var http = Tenant.Server.ForeignClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Tenant.Server["graphToken"]);
        using var adapter = new HttpClientRequestAdapter(new AnonymousAuthenticationProvider(), httpClient: http);
        using var sdk = new GraphServiceClient(adapter, "https://graph.microsoft.com/v1.0");
        var bob = sdk.Users[Tenant.Bob];

        On("create a folder");
        var folder = await bob.MailFolders.PostAsync(new() { DisplayName = "Graph SDK" }, cancellationToken: Cancel);
        for (var i = 0; i < 5; i++)
        {
            await Tenant.DeliverAsync(Tenant.Bob, $"Page {i}", "Graph SDK");
        }

        On("all pages of a list");
        var first = await bob.MailFolders[folder!.Id].Messages.GetAsync(r => r.QueryParameters.Top = 2, Cancel);
        List<Message> all = [];
        await PageIterator<Message, MessageCollectionResponse>.CreatePageIterator(
            sdk, first!,
            message =>
            {
                all.Add(message);
                return true;
            }).IterateAsync(Cancel);
        Assert.Equal(
            await Tenant.SubjectsAsync(Tenant.Bob, "Graph SDK"), all.Select(m => m.Subject!).Order(StringComparer.Ordinal));

        On("MIME content");
        await using var mime = await bob.Messages[all[0].Id].Content.GetAsync(cancellationToken: Cancel);
        using var copy = new MemoryStream();
        await mime!.CopyToAsync(copy, Cancel);
        var stored = (await Tenant.MessagesAsync(Tenant.Bob, "Graph SDK")).Single(m => m.Subject == all[0].Subject);
        Assert.Equal(stored.GetContent(), copy.ToArray());

        On("delta");
        var delta = await bob.MailFolders[folder.Id].Messages.Delta.GetAsDeltaGetResponseAsync(cancellationToken: Cancel);
        Assert.Equal(5, delta!.Value!.Count);
        Assert.NotNull(delta.OdataDeltaLink);

        On("update");
        await bob.Messages[all[0].Id].PatchAsync(new Message { IsRead = true }, cancellationToken: Cancel);
        Assert.Single(await Tenant.MessagesAsync(Tenant.Bob, "Graph SDK"), m => m.IsRead);
        var changed = await bob.MailFolders[folder.Id].Messages.Delta.WithUrl(delta.OdataDeltaLink!)
            .GetAsDeltaGetResponseAsync(cancellationToken: Cancel);
        Assert.Equal(all[0].Id, Assert.Single(changed!.Value!).Id);

        On("move");
        await bob.Messages[all[0].Id].Move.PostAsync(new() { DestinationId = "archive" }, cancellationToken: Cancel);
        Assert.Contains(all[0].Subject!, await Tenant.SubjectsAsync(Tenant.Bob, "archive"));

        On("batch");
        var batch = new BatchRequestContentCollection(sdk);
        foreach (var message in all[1..])
        {
            await batch.AddBatchRequestStepAsync(bob.Messages[message.Id].ToDeleteRequestInformation());
        }

        await sdk.Batch.PostAsync(batch, Cancel);
        Assert.Empty(await Tenant.SubjectsAsync(Tenant.Bob, "Graph SDK"));

        On("send");
        await bob.SendMail.PostAsync(
            new()
            {
                Message = new Message
                {
                    Subject = "Sent by the SDK",
                    Body = new ItemBody { ContentType = BodyType.Text, Content = "Hello" },
                    ToRecipients = [new Recipient { EmailAddress = new() { Address = Tenant.Bob } }],
                    Attachments = [new FileAttachment { Name = "a.txt", ContentBytes = [.. "Hello"u8] }],
                },
            },
            cancellationToken: Cancel);
        Assert.Contains("Sent by the SDK", await Tenant.SubjectsAsync(Tenant.Bob, "Inbox"));

        On("refusal");
        var refused = await Assert.ThrowsAsync<ODataError>(() => sdk.Applications.GetAsync(cancellationToken: Cancel));
        Assert.Equal((403, "Authorization_RequestDenied"), (refused.ResponseStatusCode, refused.Error!.Code));
    }
}

using MailAdmin.Core.Connections;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>The folder that the product moves messages to, made as the app itself: nobody else need see the mailbox.</summary>
internal sealed class FolderStep(InstallRequest request, string mailbox) : InstallStep(request)
{
    public const string StepName = "Folder";

    public override string Name => StepName;

    public override string Target => mailbox;

    public override string Action => $"Make the folder '{Folder}' for messages that were fetched";

    private string Folder => Recipe.AfterProcessing!.Folder!;

    public override async Task<StepResult> RunAsync(InstallRun run, CancellationToken cancellationToken)
    {
        if (await run.AppAsync(cancellationToken).ConfigureAwait(false) is null)
        {
            return StepResult.WaitsFor(RegisterStep.StepName);
        }

        if (run.Connection(mailbox, Recipe.Protocol) is not { } connection)
        {
            return TestStep.NoSecret("The folder can't be looked for");
        }

        try
        {
            var store = MailboxAccess.Open(connection);
            await using (store.ConfigureAwait(false))
            {
                var folder = await store.CreateFolderAsync(Folder, cancellationToken).ConfigureAwait(false);
                return StepResult.FromChange(folder.Change, $"'{folder.Path}'.", []);
            }
        }
        catch (ServiceRefusedException e)
        {
            return await TestStep.WaitAsync(run, mailbox, Recipe.Protocol, cancellationToken).ConfigureAwait(false)
                ?? new StepResult(MailAppStepStatus.Failed, e.Message) { Advice = e.Advice };
        }
    }
}

namespace Notify.Server.Tests.Recovery;

[Trait("Duration", "Long")]
public sealed class SqliteRecoveryTests : DurableRecoveryTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("notify-recovery-").FullName;

    protected override string Store => $"sqlite:{_folder}/notify.db";

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

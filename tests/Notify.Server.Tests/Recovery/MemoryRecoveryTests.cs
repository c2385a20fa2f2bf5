namespace Notify.Server.Tests.Recovery;

public sealed class MemoryRecoveryTests : RecoveryTests
{
    protected override string Store => "memory";

    [Fact]
    public async Task A_restart_loses_the_history_and_says_so()
    {
        using var before = await Listener.JoinAsync(Server, "c");
        await SendAsync("c", 1, 2);

        await RestartAsync();
        await SendAsync("c", 3, 5);
        using var after = await Listener.JoinAsync(Server, "c", before.Since);

        Assert.False(after.Recovered);
        Assert.NotEqual(before.Epoch, after.Epoch);
    }
}

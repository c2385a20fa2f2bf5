namespace Notify.Server.Tests.Recovery;

/// <summary>What a client gets from a store that outlives the server.</summary>
public abstract class DurableRecoveryTests : RecoveryTests
{
    [Fact]
    public async Task A_restart_goes_on_with_the_same_epoch_and_the_next_offset()
    {
        using var before = await Listener.JoinAsync(Server, "c");
        await SendAsync("c", 1, 2);
        await PostAsync("""{"channel":"c","notification":3}""", "Idempotency-Key: k");

        await RestartAsync();
        await PostAsync("""{"channel":"c","notification":3}""", "Idempotency-Key: k");
        await SendAsync("c", 4, 4);
        using var after = await Listener.JoinAsync(Server, "c", before.Since);

        Assert.True(after.Recovered);
        Assert.Equal(["1", "2", "3", "4"], await after.NextAsync(4));
    }

    [Fact]
    public async Task What_is_no_longer_kept_is_said_and_no_part_of_it_is_told()
    {
        await RestartAsync(options => options with { History = options.History with { TimeToLive = TimeSpan.FromSeconds(1) } });
        using var before = await Listener.JoinAsync(Server, "c");
        await SendAsync("c", 1, 3);

        // What was kept leaves by its age; a join that comes before then is told all of it.
        for (var began = DateTime.UtcNow; ; await Task.Delay(50))
        {
            Assert.True(DateTime.UtcNow - began < Support.Patience.Limit, "The history was never trimmed.");
            using var after = await Listener.JoinAsync(Server, "c", before.Since);
            if (!after.Recovered)
            {
                Assert.Equal(3, after.Offset);
                break;
            }

            Assert.Equal(["1", "2", "3"], await after.NextAsync(3));
        }
    }
}

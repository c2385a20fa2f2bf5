using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Recovery;

/// <summary>Tests the recovery of a client with a store that outlives the server.</summary>
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
    public async Task A_channel_that_nobody_sent_to_is_not_stored_and_its_position_is_good_all_the_same()
    {
        using var before = await Listener.JoinAsync(Server, "quiet");
        var listed = await RawHttp.GetAsync(Server, "/api/channels", "notification_secret: S1");
        Assert.Equal((200, "{\"channels\":[],\"next\":null}"), (listed.Status, listed.Body));

        await RestartAsync();
        using var again = await Listener.JoinAsync(Server, "quiet", before.Since);
        Assert.True(again.Recovered);

        // Published while nobody listens, by a server that has not seen the position.
        await RestartAsync();
        await SendAsync("quiet", 1, 2);
        using var after = await Listener.JoinAsync(Server, "quiet", before.Since);
        Assert.True(after.Recovered);
        Assert.Equal(["1", "2"], await after.NextAsync(2));
    }

    [Fact]
    public async Task What_is_no_longer_kept_is_said_and_no_part_of_it_is_told()
    {
        await RestartAsync(options => options with { Broker = new() { Channels = new() { HistoryTtl = TimeSpan.FromSeconds(1) } } });
        using var before = await Listener.JoinAsync(Server, "c");
        await SendAsync("c", 1, 3);

        // Notifications expire by age. A join before that receives all of them.
        for (var began = DateTime.UtcNow; ; await Task.Delay(50))
        {
            Assert.True(DateTime.UtcNow - began < Support.TestTimeouts.Limit, "The history was never trimmed.");
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

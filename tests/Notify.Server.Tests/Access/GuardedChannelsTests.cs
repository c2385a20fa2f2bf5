using Notify.Server.Access;

namespace Notify.Server.Tests.Access;

public sealed class GuardedChannelsTests
{
    [Fact]
    public void A_client_cannot_make_the_list_longer_than_it_may_join_channels()
    {
        var channels = new GuardedChannels();

        Assert.True(channels.TryAdd("a", joinToken: null, most: 2));
        Assert.True(channels.TryAdd("b", joinToken: null, most: 2));
        Assert.False(channels.TryAdd("c", joinToken: null, most: 2));
        Assert.True(channels.TryAdd("a", joinToken: null, most: 2));

        channels.Remove("a");
        Assert.True(channels.TryAdd("c", joinToken: null, most: 2));
        Assert.Equal(["b", "c"], channels.All.Select(channel => channel.Key).Order());
    }

    [Fact]
    public void A_channel_that_was_left_is_not_wanted_when_the_backend_answers()
    {
        var channels = new GuardedChannels();
        channels.BeginAsk("a");
        channels.BeginAsk("b");

        channels.Remove("a");

        Assert.False(channels.EndAsk("a"));
        Assert.True(channels.EndAsk("b"));
        Assert.False(channels.EndAsk("b"));
    }
}

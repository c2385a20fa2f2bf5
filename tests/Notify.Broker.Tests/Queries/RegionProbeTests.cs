using Akka.Actor;
using Microsoft.Extensions.Time.Testing;
using Notify.Broker.Channels;
using Notify.Broker.History;
using Notify.Broker.Messages;
using Notify.Broker.Queries;

namespace Notify.Broker.Tests.Queries;

/// <summary>Tests the probe that notices a shard region without answers.</summary>
public sealed class RegionProbeTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private readonly ActorSystem _system = ActorSystem.Create("probe");

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _system.Terminate();

    [Fact]
    public async Task It_is_silent_ten_seconds_after_a_question_without_an_answer_and_no_longer_after_an_answer()
    {
        var region = new Region();
        using var probe = new RegionProbe(_system.ActorOf(Props.Create(() => new Region.Actor(region))), "a:1", _time);
        Assert.False(probe.IsSilent);

        _time.Advance(RegionProbe.Interval);
        _time.Advance(RegionProbe.Interval);
        Assert.False(probe.IsSilent);
        _time.Advance(RegionProbe.Interval);
        Assert.True(probe.IsSilent);

        region.Answers = true;
        _time.Advance(RegionProbe.Interval);
        await UntilAsync(() => !probe.IsSilent);
    }

    [Fact]
    public async Task Its_channel_is_in_no_list_and_in_no_count()
    {
        var region = new Region();
        using var probe = new RegionProbe(_system.ActorOf(Props.Create(() => new Region.Actor(region))), "a:1", _time);
        _time.Advance(RegionProbe.Interval);
        await UntilAsync(() => region.Channel is not null);
        var channel = region.Channel!;

        var store = new MemoryStore();
        await store.ClaimAsync(channel);
        await store.ClaimAsync("news");
        Assert.Equal(["news"], (await store.ListAsync("", null, 10)).Select(known => known.Name));

        var local = new LocalChannels();
        var entry = new ChannelEntry(channel, ActorRefs.Nobody);
        local.Add(entry);
        local.Add(new ChannelEntry("news", ActorRefs.Nobody));
        Assert.Equal(1, local.Count);
        local.Remove(entry);
        Assert.Equal(1, local.Count);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            await Task.Delay(10, limit.Token);
        }
    }

    private sealed class Region
    {
        public bool Answers { get; set; }

        public string? Channel { get; private set; }

        public sealed class Actor(Region region) : UntypedActor
        {
            protected override void OnReceive(object message)
            {
                var channel = ((FetchHistory)message).Channel;
                region.Channel = channel;
                if (region.Answers)
                {
                    Sender.Tell(new FetchedHistory(channel, new Position("e", 0), new Position("e", 0), []));
                }
            }
        }
    }
}

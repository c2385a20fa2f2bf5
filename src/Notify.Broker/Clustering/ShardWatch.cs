using Akka.Actor;
using Akka.Cluster.Sharding;
using Notify.Broker.Metrics;

namespace Notify.Broker.Clustering;

/// <summary>Counts the shards on this node, and those that come and go, by asking the shard region every few seconds.</summary>
internal sealed class ShardWatch : UntypedActor, IWithTimers
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly IActorRef _region;
    private readonly ClusterMetrics _metrics;
    private HashSet<string> _shards = [];
    private int _count;

    public ShardWatch(IActorRef region, ClusterMetrics metrics)
    {
        _region = region;
        _metrics = metrics;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        _metrics.ObserveShards(() => Volatile.Read(ref _count));
        Timers.StartPeriodicTimer("look", Look.Instance, TimeSpan.Zero, Interval);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Look:
                _region.Tell(GetShardRegionStats.Instance);
                break;
            case ShardRegionStats stats:
                Compare([.. stats.Stats.Keys]);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Compare(HashSet<string> shards)
    {
        _metrics.ShardsCame(shards.Count(shard => !_shards.Contains(shard)));
        _metrics.ShardsLeft(_shards.Count(shard => !shards.Contains(shard)));
        _shards = shards;
        Volatile.Write(ref _count, shards.Count);
    }

    private sealed class Look : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded
    {
        public static readonly Look Instance = new();

        private Look()
        {
        }
    }
}

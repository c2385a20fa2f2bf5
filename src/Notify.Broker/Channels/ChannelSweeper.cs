using Akka.Actor;

namespace Notify.Broker.Channels;

/// <summary>
/// Scans the channels of a node once a second: stops idle channels, has expired data removed, and when all histories together use too
/// much memory, halves the ones that were idle longest first.
/// </summary>
internal sealed class ChannelSweeper : UntypedActor, IWithTimers
{
    // A tenth below the limit, so that a full node does not sweep every second.
    private const double LowWater = 0.9;

    private readonly LocalChannels _local;
    private readonly BrokerOptions _options;
    private readonly TimeProvider _time;

    public ChannelSweeper(LocalChannels local, BrokerOptions options, TimeProvider time)
    {
        _local = local;
        _options = options;
        _time = time;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer("sweep", Sweep.Instance, _options.SweepInterval);

    protected override void OnReceive(object message)
    {
        if (message is not Sweep)
        {
            Unhandled(message);
            return;
        }

        var now = _time.GetMilliseconds();
        var tooOld = now - (long)_options.Channels.HistoryTtl.TotalMilliseconds;
        var idleSince = now - (long)_options.IdleTimeout.TotalMilliseconds;
        var wall = _time.GetUtcNow().ToUnixTimeSeconds();
        var idle = new List<ChannelEntry>();
        foreach (var entry in _local.Entries)
        {
            if (entry.OldestStored <= tooOld
                || entry.ForgetAt <= now
                || entry.ExpiresAt <= wall
                || (entry.IsIdle && entry.ActiveAt <= idleSince))
            {
                entry.Channel.Tell(new ChannelCommands.Tidy(idleSince));
            }
            else if (entry.IsIdle)
            {
                idle.Add(entry);
            }
        }

        if (idle.Count > _options.MaxIdleChannels)
        {
            foreach (var entry in idle.OrderBy(entry => entry.ActiveAt).Take(idle.Count - _options.MaxIdleChannels))
            {
                entry.Channel.Tell(new ChannelCommands.Tidy(now));
            }
        }

        if (_local.Bytes > _options.MemoryMax)
        {
            Shrink();
        }
    }

    private void Shrink()
    {
        var excess = _local.Bytes - (long)(_options.MemoryMax * LowWater);
        foreach (var entry in _local.Entries.Where(entry => entry.Bytes > 0).OrderBy(entry => entry.ActiveAt))
        {
            if (excess <= 0)
            {
                break;
            }

            excess -= entry.Bytes / 2;
            entry.Channel.Tell(ChannelCommands.Shrink.Instance);
        }
    }

    private sealed class Sweep : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded
    {
        public static readonly Sweep Instance = new();

        private Sweep()
        {
        }
    }
}

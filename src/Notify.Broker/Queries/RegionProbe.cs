using Akka.Actor;
using Notify.Broker.Messages;

namespace Notify.Broker.Queries;

/// <summary>
/// Asks a channel of its own every five seconds, through the shard region, as a join would. A region that loses messages or waits for a
/// shard is not noticed by the store or the membership. The channel is read and never written, so it exists in no store.
/// </summary>
public sealed class RegionProbe : IDisposable
{
    /// <summary>The time between two questions.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>How long a question may be unanswered.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    // A character that is assigned to nothing.
    private const string Prefix = "\uFFFEprobe:";

    private readonly IActorRef _channels;
    private readonly FetchHistory _question;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private long? _waitingSince;

    /// <summary>Begins to ask.</summary>
    /// <param name="channels">The shard region of the channels.</param>
    /// <param name="node">The name of this node.</param>
    /// <param name="time">The clock.</param>
    public RegionProbe(IActorRef channels, string node, TimeProvider time)
    {
        _channels = channels;
        _question = new FetchHistory(Prefix + node, Since: null, Limit: 0);
        _time = time;
        _timer = time.CreateTimer(_ => Ask(), state: null, Interval, Interval);
    }

    /// <summary>Gets whether a question is unanswered.</summary>
    public bool IsWaiting
    {
        get
        {
            lock (_gate)
            {
                return _waitingSince is not null;
            }
        }
    }

    /// <summary>Gets whether a question has not been answered for ten seconds.</summary>
    public bool IsSilent
    {
        get
        {
            lock (_gate)
            {
                return _waitingSince is { } since && _time.GetMilliseconds() - since >= Limit.TotalMilliseconds;
            }
        }
    }

    /// <summary>Returns whether a channel belongs to a probe, so that it is not listed or counted.</summary>
    public static bool Owns(string channel) => channel.StartsWith(Prefix, StringComparison.Ordinal);

    /// <inheritdoc />
    public void Dispose() => _timer.Dispose();

    private void Ask()
    {
        lock (_gate)
        {
            _waitingSince ??= _time.GetMilliseconds();
        }

        _ = AskAsync();
    }

    private async Task AskAsync()
    {
        try
        {
            await _channels.Ask<FetchedHistory>(_question, Limit);
            lock (_gate)
            {
                _waitingSince = null;
            }
        }
        catch (AskTimeoutException)
        {
            // The next question decides.
        }
    }
}

namespace Notify.Server.Access;

/// <summary>
/// Collects what <c>NOTIFY_ACCESS_MODE=enforce</c> would refuse, in at most <see cref="MaxGroups"/> groups. Each new group is logged once.
/// Above the limit, further groups are only counted together.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class Observations(TimeProvider time, ILogger<Observations> logger)
{
    /// <summary>The largest number of groups.</summary>
    public const int MaxGroups = 200;

    // An origin is a header of the client, so its length is the client's choice.
    private const int MaxOrigin = 200;

    private readonly Lock _lock = new();
    private readonly Dictionary<ObservationKey, Observation> _groups = [];
    private long _others;

    /// <summary>Gets how many did not fit into a group.</summary>
    public long Others => Interlocked.Read(ref _others);

    /// <summary>Gets the groups, the latest first.</summary>
    public IReadOnlyList<Observation> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _groups.Values.OrderByDescending(static group => group.LastAt)];
            }
        }
    }

    /// <summary>Counts a join or a token.</summary>
    /// <param name="key">Its group.</param>
    /// <param name="channel">The channel; null for a token.</param>
    public void Add(ObservationKey key, string? channel)
    {
        if (key.Origin?.Length > MaxOrigin)
        {
            key = key with { Origin = key.Origin[..MaxOrigin] };
        }

        lock (_lock)
        {
            if (_groups.TryGetValue(key, out var group))
            {
                _groups[key] = group with { Count = group.Count + 1, Example = channel, LastAt = time.GetUtcNow() };
                return;
            }

            if (_groups.Count >= MaxGroups)
            {
                Interlocked.Increment(ref _others);
                return;
            }

            _groups.Add(key, new Observation(key, 1, channel, time.GetUtcNow()));
        }

        LogNew(key.Reason, key.Pattern ?? "(default)", key.Origin ?? "(none)", key.Transport);
    }

    [LoggerMessage(
        1,
        LogLevel.Information,
        "NOTIFY_ACCESS_MODE=enforce would refuse clients: {Reason}, pattern {Pattern}, origin {Origin}, transport {Transport}. "
            + "GET /api/observed counts them.",
        EventName = "WouldRefuse")]
    private partial void LogNew(string reason, string pattern, string origin, string transport);
}

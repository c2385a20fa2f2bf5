using Notify.Broker.Channels;

namespace Notify.Broker.Connections;

/// <summary>
/// Remembers the last events of one connection, from the moment when an operator asks for them. A connection has none otherwise. Safe to
/// use from any thread; a send queue calls it under its lock.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class ConnectionTrace(TimeProvider time)
{
    /// <summary>The largest number of events; the oldest are forgotten.</summary>
    public const int MaxEvents = 50;

    private readonly Lock _lock = new();
    private readonly List<ConnectionEvent> _events = new(MaxEvents);
    private bool _hasEnded;

    /// <summary>Gets the events, the oldest first.</summary>
    public IReadOnlyList<ConnectionEvent> Events
    {
        get
        {
            lock (_lock)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>Adds a join that was answered.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="position">The position of the answer; its epoch is empty for the connection's own channel, which has none.</param>
    /// <param name="recovered">Whether everything after the requested position follows.</param>
    public void Joined(string? channel, Position position, bool recovered) => Add(new ConnectionEvent(
        time.GetUtcNow(), ConnectionEvents.Joined, Cut(channel), Code: null, position.Epoch.Length == 0 ? null : position, recovered));

    /// <summary>Adds a join that was refused.</summary>
    public void JoinRefused(string? channel, string error) => Add(ConnectionEvents.JoinRefused, channel, error);

    /// <summary>Adds that the connection left a channel; null for all channels.</summary>
    public void Left(string? channel) => Add(ConnectionEvents.Left, channel);

    /// <summary>Adds a new token: accepted, or refused with an error.</summary>
    public void Refreshed(string? error) =>
        Add(error is null ? ConnectionEvents.Refreshed : ConnectionEvents.RefreshRefused, channel: null, error);

    /// <summary>Adds that the client exceeded a rate.</summary>
    public void Throttled(string limit) => AddOrCount(ConnectionEvents.Throttled, limit);

    /// <summary>Adds that the send queue became fuller than a quarter.</summary>
    public void Slow() => AddOrCount(ConnectionEvents.Slow, code: null);

    /// <summary>Adds the end of the connection. Nothing is added after it.</summary>
    public void Ended(string reason)
    {
        Add(ConnectionEvents.Ended, channel: null, reason);
        lock (_lock)
        {
            _hasEnded = true;
        }
    }

    private void Add(string kind, string? channel, string? code = null) =>
        Add(new ConnectionEvent(time.GetUtcNow(), kind, Cut(channel), code));

    // A refused name may be as long as a message.
    private static string? Cut(string? channel) =>
        channel is { Length: > ChannelName.MaxBytes } ? channel[..ChannelName.MaxBytes] : channel;

    private void Add(ConnectionEvent item)
    {
        lock (_lock)
        {
            if (_hasEnded)
            {
                return;
            }

            if (_events.Count == MaxEvents)
            {
                _events.RemoveAt(0);
            }

            _events.Add(item);
        }
    }

    // These may happen many times a second, and would push everything else out.
    private void AddOrCount(string kind, string? code)
    {
        lock (_lock)
        {
            if (!_hasEnded && _events is [.., var last] && last.Kind == kind && last.Code == code)
            {
                _events[^1] = last with { At = time.GetUtcNow(), Count = last.Count + 1 };
                return;
            }
        }

        Add(kind, channel: null, code);
    }
}

using System.Diagnostics.CodeAnalysis;

namespace Notify.Broker.Channels;

/// <summary>
/// Remembers the recent requests of a channel with their results. One that arrives again, because its sender or the network repeated it,
/// gets its first result. It has no clock: time comes as an argument, in milliseconds of a monotonic clock.
/// </summary>
/// <typeparam name="TId">The type of the requests' ids.</typeparam>
/// <typeparam name="TResult">The type of the results.</typeparam>
/// <param name="window">How long a request may arrive again, in milliseconds.</param>
public sealed class RecentRequests<TId, TResult>(long window)
    where TId : notnull
{
    private Dictionary<TId, TResult>? _results;
    private Queue<(TId Id, long At)>? _order;

    /// <summary>Gets the number of requests.</summary>
    public int Count => _results?.Count ?? 0;

    /// <summary>Gets the time at which the oldest request expires, or null if there is none.</summary>
    public long? ForgetAt => _order is { Count: > 0 } ? _order.Peek().At + window : null;

    /// <summary>Returns whether a request is known.</summary>
    /// <param name="id">The id of the request.</param>
    /// <param name="result">Its result.</param>
    public bool TryFind(TId id, [MaybeNullWhen(false)] out TResult result)
    {
        if (_results is not null)
        {
            return _results.TryGetValue(id, out result);
        }

        result = default;
        return false;
    }

    /// <summary>Adds a request, and removes expired ones.</summary>
    public void Add(TId id, TResult result, long now)
    {
        Forget(now);
        (_results ??= [])[id] = result;
        (_order ??= new Queue<(TId, long)>()).Enqueue((id, now));
    }

    /// <summary>Removes expired requests.</summary>
    public void Forget(long now)
    {
        while (ForgetAt <= now)
        {
            ForgetOldest();
        }
    }

    /// <summary>Removes the oldest request.</summary>
    public void ForgetOldest()
    {
        _results!.Remove(_order!.Dequeue().Id);
        if (_order.Count == 0)
        {
            // An idle channel uses no memory for this.
            (_results, _order) = (null, null);
        }
    }
}

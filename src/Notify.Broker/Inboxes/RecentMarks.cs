using Akka.Actor;
using Notify.Broker.Messages;

namespace Notify.Broker.Inboxes;

/// <summary>
/// Remembers the recent requests to mark of an inbox, with their answers. One that arrives again, because its answer was late or lost, is
/// not decided again: meanwhile there may be items that its user has not seen. It has no clock: time comes as an argument, in milliseconds
/// of a monotonic clock.
/// </summary>
/// <param name="window">How long a request may arrive again, in milliseconds.</param>
internal sealed class RecentMarks(long window)
{
    /// <summary>The maximum number of requests. With more, the oldest is forgotten.</summary>
    public const int Max = 256;

    private Dictionary<Guid, Request>? _requests;
    private Queue<(Guid Id, long At)>? _order;

    /// <summary>Gets the number of requests.</summary>
    public int Count => _requests?.Count ?? 0;

    /// <summary>Gets the time at which the oldest request expires, or null if there is none.</summary>
    public long? ForgetAt => _order is { Count: > 0 } ? _order.Peek().At + window : null;

    /// <summary>Returns whether a request is known. It is answered, now or as soon as its marks are stored.</summary>
    /// <param name="id">The id of the request.</param>
    /// <param name="sender">Who asks.</param>
    public bool TryAnswer(Guid id, IActorRef sender)
    {
        if (_requests?.GetValueOrDefault(id) is not { } known)
        {
            return false;
        }

        known.Sender = sender;
        known.Tell();
        return true;
    }

    /// <summary>Returns whether a request is new. If it is not, it is answered.</summary>
    /// <param name="id">The id of the request.</param>
    /// <param name="sender">Who asks.</param>
    /// <param name="now">The time.</param>
    public bool TryBegin(Guid id, IActorRef sender, long now)
    {
        Forget(now);
        if (TryAnswer(id, sender))
        {
            return false;
        }

        if (Count == Max)
        {
            _requests!.Remove(_order!.Dequeue().Id);
        }

        (_requests ??= [])[id] = new Request { Sender = sender };
        (_order ??= []).Enqueue((id, now));
        return true;
    }

    /// <summary>Returns what answers a request, whoever asks by then.</summary>
    /// <param name="id">The id of the request.</param>
    public Action<InboxMarked> Answering(Guid id)
    {
        var request = _requests![id];
        return answer =>
        {
            request.Answer = answer;
            request.Tell();
        };
    }

    /// <summary>Removes expired requests.</summary>
    public void Forget(long now)
    {
        while (ForgetAt <= now)
        {
            _requests!.Remove(_order!.Dequeue().Id);
        }

        if (_order is { Count: 0 })
        {
            // An idle inbox uses no memory for this.
            (_requests, _order) = (null, null);
        }
    }

    private sealed class Request
    {
        public required IActorRef Sender { get; set; }

        public InboxMarked? Answer { get; set; }

        public void Tell()
        {
            if (Answer is not null)
            {
                Sender.Tell(Answer);

                // Who asks is not kept in memory.
                Sender = ActorRefs.Nobody;
            }
        }
    }
}

using Akka.Actor;
using Notify.Broker.Channels;
using Notify.Broker.Messages;

namespace Notify.Broker.Inboxes;

/// <summary>
/// Remembers the recent requests to mark items of an inbox, with their answers. A request that arrives again, because its answer was late
/// or lost, is not decided again: meanwhile there may be items that the user has not seen. It has no clock: time comes as an argument, in
/// milliseconds of a monotonic clock.
/// </summary>
/// <param name="window">How long a request may arrive again, in milliseconds.</param>
internal sealed class RecentMarks(long window)
{
    /// <summary>The maximum number of requests. With more, the oldest is forgotten.</summary>
    public const int Max = 256;

    private readonly RecentRequests<Guid, Request> _recent = new(window);

    /// <summary>Gets the number of requests.</summary>
    public int Count => _recent.Count;

    /// <summary>Gets the time at which the oldest request expires, or null if there is none.</summary>
    public long? ForgetAt => _recent.ForgetAt;

    /// <summary>Returns whether a request is known. It is answered, now or as soon as its marks are stored.</summary>
    /// <param name="id">The id of the request.</param>
    /// <param name="sender">Who asks.</param>
    public bool TryAnswer(Guid id, IActorRef sender)
    {
        if (!_recent.TryFind(id, out var known))
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
    /// <param name="answer">Answers whoever asks by then.</param>
    public bool TryBegin(Guid id, IActorRef sender, long now, out Action<InboxMarked> answer)
    {
        var request = new Request { Sender = sender };
        answer = request.Complete;
        Forget(now);
        if (TryAnswer(id, sender))
        {
            return false;
        }

        if (Count == Max)
        {
            _recent.ForgetOldest();
        }

        _recent.Add(id, request, now);
        return true;
    }

    /// <summary>Removes expired requests.</summary>
    public void Forget(long now) => _recent.Forget(now);

    private sealed class Request
    {
        private InboxMarked? _answer;

        public required IActorRef Sender { get; set; }

        public void Complete(InboxMarked answer)
        {
            _answer = answer;
            Tell();
        }

        public void Tell()
        {
            if (_answer is not null)
            {
                Sender.Tell(_answer);

                // Whoever asked is not kept in memory.
                Sender = ActorRefs.Nobody;
            }
        }
    }
}

using Akka.Actor;
using Akka.Dispatch.SysMsg;

namespace Notify.Broker.AkkaInternals;

/// <summary>
/// Sends requests to actors of this process. Akka's <c>Ask</c> accepts responses from anywhere, so it registers a name and starts a timer
/// for each request. Here responses only come from this process, and one timer serves all requests.
/// </summary>
internal sealed class LocalRequestTable : IDisposable
{
    private readonly LinkedList<PendingRequest> _waiting = new();
    private readonly TimeSpan _timeout;
    private readonly IActorRefProvider _provider;
    private readonly ActorPath _path;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private bool _isTimed;

    /// <summary>Creates the table for an actor system.</summary>
    /// <param name="system">The actor system.</param>
    /// <param name="timeout">The timeout of a request.</param>
    /// <param name="time">The clock of the timeouts.</param>
    public LocalRequestTable(ActorSystem system, TimeSpan timeout, TimeProvider time)
    {
        _provider = ((ExtendedActorSystem)system).Provider;
        _path = _provider.RootPath / "requests";
        _timeout = timeout;
        _time = time;
        _timer = time.CreateTimer(
            static requests => ((LocalRequestTable)requests!).ExpireRequests(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    /// <summary>Sends a request and returns the first response, or null when there was none in time.</summary>
    public Task<object?> AskAsync(IActorRef actor, object message)
    {
        var request = new PendingRequest(this, _time.GetMilliseconds() + (long)_timeout.TotalMilliseconds);
        lock (_waiting)
        {
            _waiting.AddLast(request.Place);
            if (!_isTimed)
            {
                _isTimed = true;
                _timer.Change(_timeout, Timeout.InfiniteTimeSpan);
            }
        }

        actor.Tell(message, request);
        return request.Answer;
    }

    /// <summary>Ends all requests without a response.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        PendingRequest[] unanswered;
        lock (_waiting)
        {
            unanswered = [.. _waiting];
            _waiting.Clear();
        }

        foreach (var request in unanswered)
        {
            request.Settle(null);
        }
    }

    // All requests have the same timeout, so the oldest expire first.
    private void ExpireRequests()
    {
        var late = new List<PendingRequest>();
        lock (_waiting)
        {
            var now = _time.GetMilliseconds();
            while (_waiting.First is { Value: { } first } && first.Deadline <= now)
            {
                _waiting.RemoveFirst();
                late.Add(first);
            }

            _isTimed = _waiting.First is not null;
            if (_isTimed)
            {
                _timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, _waiting.First!.Value.Deadline - now)), Timeout.InfiniteTimeSpan);
            }
        }

        foreach (var request in late)
        {
            request.Settle(null);
        }
    }

    private void Forget(PendingRequest request)
    {
        lock (_waiting)
        {
            if (request.Place.List is not null)
            {
                _waiting.Remove(request.Place);
            }
        }
    }

    /// <summary>Represents the sender of a request for the responding actor.</summary>
#pragma warning disable MA0097 // Nothing orders actor references, as everywhere in Akka.
    private sealed class PendingRequest : MinimalActorRef
#pragma warning restore MA0097
    {
        private readonly LocalRequestTable _requests;

        // Asynchronous, so that the continuation does not run in the actor's turn.
        private readonly TaskCompletionSource<object?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public PendingRequest(LocalRequestTable requests, long deadline)
        {
            _requests = requests;
            Deadline = deadline;
            Place = new LinkedListNode<PendingRequest>(this);
        }

        public long Deadline { get; }

        public LinkedListNode<PendingRequest> Place { get; }

        public Task<object?> Answer => _answer.Task;

        public override ActorPath Path => _requests._path;

        public override IActorRefProvider Provider => _requests._provider;

        public void Settle(object? answer) => _answer.TrySetResult(answer);

        protected override void TellInternal(object message, IActorRef sender)
        {
            if (message is not ISystemMessage)
            {
                _requests.Forget(this);
                Settle(message);
            }
        }
    }
}

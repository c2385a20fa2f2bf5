using Akka.Actor;
using Akka.Dispatch.SysMsg;

namespace Notify.Broker.AkkaInternals;

/// <summary>
/// Asks actors of this process. Akka's <c>Ask</c> can be answered from anywhere: it names each question in a table, and gives it a timer.
/// Here the answer has nowhere to come from but this process, and one timer serves all that wait.
/// </summary>
internal sealed class LocalRequestTable : IDisposable
{
    private readonly LinkedList<Question> _waiting = new();
    private readonly TimeSpan _patience;
    private readonly IActorRefProvider _provider;
    private readonly ActorPath _path;
    private readonly Timer _timer;
    private bool _isTimed;

    /// <summary>Asks in the name of a system.</summary>
    /// <param name="system">The system.</param>
    /// <param name="patience">How long an answer is waited for.</param>
    public LocalRequestTable(ActorSystem system, TimeSpan patience)
    {
        _provider = ((ExtendedActorSystem)system).Provider;
        _path = _provider.RootPath / "requests";
        _patience = patience;
        _timer = new Timer(static requests => ((LocalRequestTable)requests!).GiveUp(), this, Timeout.Infinite, Timeout.Infinite);
    }

    /// <summary>The first answer, or null when there was none in time.</summary>
    public Task<object?> AskAsync(IActorRef actor, object message)
    {
        var question = new Question(this, MonotonicClock.Now + (long)_patience.TotalMilliseconds);
        lock (_waiting)
        {
            _waiting.AddLast(question.Place);
            if (!_isTimed)
            {
                _isTimed = true;
                _timer.Change(_patience, Timeout.InfiniteTimeSpan);
            }
        }

        actor.Tell(message, question);
        return question.Answer;
    }

    /// <summary>Asks nothing any more: whoever waits has no answer.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        Question[] unanswered;
        lock (_waiting)
        {
            unanswered = [.. _waiting];
            _waiting.Clear();
        }

        foreach (var question in unanswered)
        {
            question.Settle(null);
        }
    }

    // All wait equally long, so those who have waited long enough are the first.
    private void GiveUp()
    {
        var late = new List<Question>();
        lock (_waiting)
        {
            var now = MonotonicClock.Now;
            while (_waiting.First is { Value: { } first } && first.Deadline <= now)
            {
                _waiting.RemoveFirst();
                late.Add(first);
            }

            _isTimed = _waiting.First is not null;
            if (_isTimed)
            {
                _timer.Change(Math.Max(1, _waiting.First!.Value.Deadline - now), Timeout.Infinite);
            }
        }

        foreach (var question in late)
        {
            question.Settle(null);
        }
    }

    private void Forget(Question question)
    {
        lock (_waiting)
        {
            if (question.Place.List is not null)
            {
                _waiting.Remove(question.Place);
            }
        }
    }

    /// <summary>Who asked, as the actor that answers sees it.</summary>
#pragma warning disable MA0097 // As with all of Akka's, references are compared by nobody.
    private sealed class Question : MinimalActorRef
#pragma warning restore MA0097
    {
        private readonly LocalRequestTable _requests;

        // Who waits goes on elsewhere, and not in the actor's turn.
        private readonly TaskCompletionSource<object?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Question(LocalRequestTable requests, long deadline)
        {
            _requests = requests;
            Deadline = deadline;
            Place = new LinkedListNode<Question>(this);
        }

        public long Deadline { get; }

        public LinkedListNode<Question> Place { get; }

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

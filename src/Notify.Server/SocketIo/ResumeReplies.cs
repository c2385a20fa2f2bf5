using Notify.Broker.Channels;
using Notify.Broker.Connections;

namespace Notify.Server.SocketIo;

/// <summary>
/// Collects the replies to the joins of a session that is being recovered. The session is recovered when all of its channels are.
/// </summary>
/// <param name="count">The number of channels.</param>
internal sealed class ResumeReplies(int count) : JoinReply
{
    private readonly TaskCompletionSource<ResumeOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left = count;
    private volatile bool _isLost;
    private volatile bool _isUnavailable;

    /// <summary>Gets the outcome. It never completes when the connection ends before.</summary>
    public Task<ResumeOutcome> Outcome => _outcome.Task;

    public override void Joined(ISubscriber subscriber, Position position, bool recovered)
    {
        _isLost |= !recovered;
        Count();
    }

    public override void Failed(ISubscriber subscriber, string error)
    {
        if (error == JoinErrors.Unavailable)
        {
            _isUnavailable = true;
        }
        else
        {
            _isLost = true;
        }

        Count();
    }

    private void Count()
    {
        if (Interlocked.Decrement(ref _left) == 0)
        {
            _outcome.SetResult(_isLost ? ResumeOutcome.Lost : _isUnavailable ? ResumeOutcome.Unavailable : ResumeOutcome.Recovered);
        }
    }
}

using Akka.Actor;
using Notify.Broker.Messages;

namespace Notify.Broker.Recovery;

/// <summary>Transfers this node's sessions to the nodes to which their clients have reconnected.</summary>
internal sealed class SessionsActor : UntypedActor
{
    /// <summary>The actor's name, by which the other nodes find it.</summary>
    public const string Name = "sessions";

    private readonly RecoverableSessions _sessions;
    private readonly int _maxSize;

    /// <summary>Creates the actor.</summary>
    /// <param name="sessions">The sessions of this node.</param>
    /// <param name="maxSize">The maximum size of a session in a message, in bytes. The client of a larger one starts a new session.</param>
    public SessionsActor(RecoverableSessions sessions, int maxSize)
    {
        _sessions = sessions;
        _maxSize = maxSize;
    }

    protected override void OnReceive(object message)
    {
        if (message is TakeSession take)
        {
            _ = AnswerAsync(take.PrivateId).PipeTo(Sender);
        }
        else
        {
            Unhandled(message);
        }
    }

    private async Task<IClusterMessage> AnswerAsync(string privateId) => await _sessions.ClaimAsync(privateId) switch
    {
        SessionHandover.Found { Session: var session } when session.Log.Save() is { } log && log.Size <= _maxSize =>
            new SessionTaken(privateId, log, session.Owner),
        SessionHandover.HolderGone => new SessionMissing(privateId, IsOver: false),
        _ => new SessionMissing(privateId, IsOver: true),
    };
}

using Akka.Actor;
using Notify.Broker.Messages;

namespace Notify.Broker.Recovery;

/// <summary>Hands this node's sessions over to the nodes that their clients have come to.</summary>
internal sealed class SessionsActor : UntypedActor
{
    /// <summary>Its name, under which the other nodes find it.</summary>
    public const string Name = "sessions";

    private readonly RecoverableSessions _sessions;
    private readonly int _maxSize;

    /// <summary>Takes the sessions.</summary>
    /// <param name="sessions">The sessions of this node.</param>
    /// <param name="maxSize">What a session may take in a message, in bytes; the client of a larger one begins anew.</param>
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
        SessionHandover.Found { Session: var session } when session.Log.Save() is { } log && log.Size <= _maxSize => new SessionTaken(privateId, log),
        SessionHandover.HolderGone => new SessionMissing(privateId, IsOver: false),
        _ => new SessionMissing(privateId, IsOver: true),
    };
}

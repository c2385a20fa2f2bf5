using Notify.Broker.Clustering;
using Notify.Broker.Connections;
using Notify.Broker.Messages;

namespace Notify.Broker.Recovery;

/// <summary>
/// Finds a session on any node. A private id contains the node that created the session, but the session moves with its client, so all
/// nodes are asked. A session from another node gets a socket id of this node, because a socket id contains the node of its own room. The
/// client only compares the private id, which stays the same.
/// </summary>
/// <param name="local">The sessions of this node.</param>
/// <param name="others">The other nodes, available after this node has started.</param>
/// <param name="ids">Creates this node's socket ids.</param>
/// <param name="timeout">How long the other nodes may take to respond; null for 500 ms.</param>
public sealed class ClusterSessions(
    RecoverableSessions local, Func<OtherNodes> others, SocketIds ids, TimeSpan? timeout = null) : ISessionHolders
{
    private readonly TimeSpan _timeout = timeout ?? TimeSpan.FromMilliseconds(500);

    /// <inheritdoc />
    public async Task<SessionHandover> ClaimAsync(string privateId)
    {
        var here = await local.ClaimAsync(privateId);
        if (here is SessionHandover.Found)
        {
            return here;
        }

        var nodes = others();
        var answers = await nodes.AskAllAsync(SessionsActor.Name, new TakeSession(privateId), _timeout);
        if (answers.OfType<SessionTaken>().FirstOrDefault() is { } taken)
        {
            var session = new RecoverableSession(privateId, ids.Next(), DeliveryLog.Load(taken.Log)) { Owner = taken.Owner };
            return new SessionHandover.Found(session);
        }

        // A node that has not responded may have the session. Then the client's last string is the only information.
        var isOver = here is SessionHandover.Over || answers.OfType<SessionMissing>().Any(missing => missing.IsOver);
        return isOver && answers.Count == nodes.Count ? SessionHandover.Over.Instance : SessionHandover.HolderGone.Instance;
    }
}

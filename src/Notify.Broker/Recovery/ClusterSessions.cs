using Notify.Broker.Clustering;
using Notify.Broker.Connections;
using Notify.Broker.Messages;

namespace Notify.Broker.Recovery;

/// <summary>
/// Finds a session wherever it is. A private id names the node that began the session, but the session moves with its client, so all nodes
/// are asked. A session that comes from another node gets a socket id of this one, since that names the node of its own room; its client
/// compares only the private id, which stays.
/// </summary>
/// <param name="local">The sessions of this node.</param>
/// <param name="others">The other nodes, when this one has started.</param>
/// <param name="ids">Names this node's sockets.</param>
/// <param name="timeout">How long the other nodes may take to answer; null for 500 ms.</param>
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
            return new SessionHandover.Found(new RecoverableSession(privateId, ids.Next(), DeliveryLog.Load(taken.Log)));
        }

        // One that has not answered may be the one that has it, and then its client's last string is all that there is.
        var isOver = here is SessionHandover.Over || answers.OfType<SessionMissing>().Any(missing => missing.IsOver);
        return isOver && answers.Count == nodes.Count ? SessionHandover.Over.Instance : SessionHandover.HolderGone.Instance;
    }
}

using Akka.Actor;
using Notify.Broker.Clustering;
using Notify.Broker.History;
using Notify.Broker.Messages;

namespace Notify.Broker.Revocations;

/// <summary>
/// Revokes tokens and ends connections on all nodes: first in the store, then on this node, then on the others. If the store does not work,
/// nothing happens.
/// </summary>
/// <param name="revocations">The revocations of this node.</param>
/// <param name="store">The store.</param>
/// <param name="connections">The connections of this node; null when it has none that could end.</param>
/// <param name="others">Gets the other nodes. A function, because the node starts later.</param>
/// <param name="time">The clock.</param>
public sealed class RevocationCommands(
    RevokedTokens revocations, IRevocationStore store, ILocalConnections? connections, Func<OtherNodes> others, TimeProvider time)
{
    /// <summary>How long another node has to confirm.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Revokes tokens or blocks a user, and ends the connections that began with such a token.</summary>
    /// <param name="revocation">The revocation.</param>
    /// <param name="reason">The backend's reason, which clients are told.</param>
    /// <exception cref="HistoryStoreException">The store does not work at the moment. Nothing has happened.</exception>
    /// <exception cref="TooManyRevocationsException">There is no room for another one.</exception>
    public async Task<DisconnectResult> RevokeAsync(Revocation revocation, string reason)
    {
        ArgumentNullException.ThrowIfNull(revocation);
        if (revocations.Find(revocation.Kind, revocation.Name) is null && revocations.Count >= Revocation.MaxCount)
        {
            throw new TooManyRevocationsException();
        }

        var stored = await store.SaveAsync(revocation, isReplacement: false, TrimBefore());
        return await TellAsync(Receive(stored, reason), new Revoke(stored, reason));
    }

    /// <summary>Lifts the block of a user.</summary>
    /// <exception cref="HistoryStoreException">The store does not work at the moment. Nothing has happened.</exception>
    public async Task UnblockAsync(string user)
    {
        // An ended block and not a removed one, so that nodes which do not hear of it read it from the store.
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var stored = await store.SaveAsync(
            new Revocation(RevocationKind.BlockedUser, user, now, now), isReplacement: true, TrimBefore());
        await TellAsync(Receive(stored, ""), new Revoke(stored, ""));
    }

    /// <summary>Ends connections without refusing their tokens.</summary>
    public Task<DisconnectResult> DisconnectAsync(DisconnectOrder order) => TellAsync(Receive(order), new Disconnect(order));

    /// <summary>Applies a revocation on this node, and returns the number of connections that end.</summary>
    internal int Receive(Revocation revocation, string reason)
    {
        revocations.Apply(revocation);
        return revocations.IsInForce(revocation) ? Receive(OrderFor(revocation, reason)) : 0;
    }

    /// <summary>Applies a revocation that was read, and ends connections unless it was known.</summary>
    internal void Learn(Revocation revocation)
    {
        if (revocations.Apply(revocation) && revocations.IsInForce(revocation))
        {
            Receive(OrderFor(revocation, ""));
        }
    }

    /// <summary>Ends connections of this node, and returns their number.</summary>
    internal int Receive(DisconnectOrder order) => connections?.Disconnect(order) ?? 0;

    private static DisconnectOrder OrderFor(Revocation revocation, string reason) => new()
    {
        User = revocation.Kind is RevocationKind.User or RevocationKind.BlockedUser ? revocation.Name : null,
        Session = revocation.Kind == RevocationKind.Session ? revocation.Name : null,
        TokenId = revocation.Kind == RevocationKind.TokenId ? revocation.Name : null,
        Before = revocation.Kind == RevocationKind.BlockedUser ? null : revocation.Before,
        Kind = revocation.Kind == RevocationKind.BlockedUser ? DisconnectKind.Blocked : DisconnectKind.Revoked,
        Reason = reason,
    };

    private long TrimBefore() => time.GetUtcNow().ToUnixTimeSeconds() - Revocation.Afterlife;

    // All members and not only those that are reachable, because the others must be named.
    private async Task<DisconnectResult> TellAsync(int here, IClusterMessage order)
    {
        var nodes = others();
        var answers = await Task.WhenAll(nodes.Members.Select(async node =>
            (Node: node, Answer: await nodes.AskAsync(node, RevocationsActor.Name, order, Patience))));
        var counts = answers.Select(static answer => answer.Answer).OfType<IDisconnectAnswer>().ToList();
        return new DisconnectResult(
            here + counts.Sum(static answer => answer.Connections),
            1 + counts.Count,
            [
                .. answers.Where(static answer => answer.Answer is not IDisconnectAnswer)
                    .Select(static answer => NameOf(answer.Node))
                    .Order(StringComparer.Ordinal),
            ]);
    }

    private static string NameOf(Address node) => $"{node.Host}:{node.Port}";
}

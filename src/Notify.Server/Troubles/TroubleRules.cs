using System.Globalization;
using Notify.Broker.Metrics;

namespace Notify.Server.Troubles;

/// <summary>Decides what is wrong on a node, from its <see cref="NodeFacts"/> alone.</summary>
internal static class TroubleRules
{
    /// <summary>Returns what is wrong, the worst first.</summary>
    public static IReadOnlyList<FoundTrouble> Find(NodeFacts facts) =>
        [.. FindNotReady(facts), .. FindDegraded(facts), .. FindOthers(facts)];

    private static IEnumerable<FoundTrouble> FindNotReady(NodeFacts facts)
    {
        if (facts.IsDraining)
        {
            yield return new(
                TroubleParts.Draining, "The server stops, and asks its clients to reconnect elsewhere.", TroubleEffects.NotReady);
        }

        if (!facts.IsStarted)
        {
            yield return new(TroubleParts.Starting, "The server starts.", TroubleEffects.NotReady);
            yield break;
        }

        if (!facts.HasQuorum)
        {
            yield return new(
                TroubleParts.Quorum,
                "This node does not reach a majority of the cluster, so publishes are answered with 503. Check the other nodes and the "
                    + "network between them.",
                TroubleEffects.NotReady);
        }

        if (facts.LacksRevocations)
        {
            yield return new(
                TroubleParts.Starting,
                "The revocations of tokens are not read yet, so tokens are refused as unavailable.",
                TroubleEffects.NotReady);
        }
    }

    private static IEnumerable<FoundTrouble> FindDegraded(NodeFacts facts)
    {
        if (facts.Store is { } store)
        {
            yield return new(TroubleParts.Store, store, TroubleEffects.Degraded);
        }

        if (facts.Damage is { } damage)
        {
            yield return new(TroubleParts.History, damage, TroubleEffects.Degraded);
        }

        // Without a store or a quorum no channel answers, and that trouble is named.
        if (facts is { IsRegionSilent: true, IsStarted: true, IsDraining: false, HasQuorum: true, Store: null })
        {
            yield return new(
                TroubleParts.Region,
                "A channel has not answered this node for ten seconds, so publishes and joins may fail. If it lasts, restart the node.",
                TroubleEffects.Degraded);
        }

        if (facts.KeySet is { } keySet)
        {
            yield return new(
                TroubleParts.KeySet,
                facts.HasKeySet
                    ? $"NOTIFY_TOKEN_JWKS cannot be read: {keySet}. The former keys are used for 24 h."
                    : $"NOTIFY_TOKEN_JWKS cannot be read: {keySet}. Tokens that need its keys are refused as unavailable.",
                TroubleEffects.Degraded);
        }

        if (facts.IsAuthorizeFailing)
        {
            yield return new(
                TroubleParts.Authorize,
                "The backend of NOTIFY_AUTHORIZE_URL fails, so it is asked less often, and joins that need its answer are answered with "
                    + "unavailable.",
                TroubleEffects.Degraded);
        }
    }

    private static IEnumerable<FoundTrouble> FindOthers(NodeFacts facts) =>
    [
        .. facts.Unreachable.Select(static node => new FoundTrouble(
            TroubleParts.Members,
            $"Node {node} cannot be reached. Check whether it runs, and the network to it.",
            TroubleEffects.None,
            node)),
        .. FindMissing(facts),
        .. facts.Certificates.Select(static warning => new FoundTrouble(
            TroubleParts.Certificate, warning + ".", TroubleEffects.None, warning)),
        .. facts.Warnings.Select(static warning => new FoundTrouble(
            TroubleParts.Warning, warning.Message, TroubleEffects.None, warning.Event)),
        .. facts.Limits.Select(static limit => new FoundTrouble(
            TroubleParts.Limit, Describe(limit), TroubleEffects.None, limit.Limit, limit.First)),
    ];

    // A lost node is removed after seconds, and then nothing else tells that the cluster is smaller than it should be.
    private static IEnumerable<FoundTrouble> FindMissing(NodeFacts facts)
    {
        if (facts is { IsStarted: true, IsDraining: false } && facts.MemberCount < facts.Seeds)
        {
            yield return new(
                TroubleParts.Members,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Only {facts.MemberCount} of the {facts.Seeds} nodes of NOTIFY_CLUSTER_SEEDS are in the cluster. Start the others."),
                TroubleEffects.None,
                "missing");
        }
    }

    private static string Describe(ReachedLimit limit) => string.Create(
        CultureInfo.InvariantCulture, $"The limit {limit.Limit} is reached: {LimitText.Of(limit.Limit)} Refusals: {limit.Count}.");
}

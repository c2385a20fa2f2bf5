using Notify.Broker.Metrics;

namespace Notify.Server.Troubles;

/// <summary>Holds what <see cref="TroubleRules"/> decides on. The defaults are those of a node without trouble.</summary>
internal sealed record NodeFacts
{
    /// <summary>Gets whether the server stops.</summary>
    public bool IsDraining { get; init; }

    /// <summary>Gets whether the actors run.</summary>
    public bool IsStarted { get; init; } = true;

    /// <summary>Gets whether tokens are refused because the revocations are not read yet.</summary>
    public bool LacksRevocations { get; init; }

    /// <summary>Gets whether this node reaches enough nodes to accept publishes.</summary>
    public bool HasQuorum { get; init; } = true;

    /// <summary>Gets why the store does not work; null while it works.</summary>
    public string? Store { get; init; }

    /// <summary>Gets the damage of the stored history; null when there is none.</summary>
    public string? Damage { get; init; }

    /// <summary>Gets whether the channel of the probe has not answered for too long.</summary>
    public bool IsRegionSilent { get; init; }

    /// <summary>Gets why the key set cannot be read; null when it can, or when there is none.</summary>
    public string? KeySet { get; init; }

    /// <summary>Gets whether there are keys of the key set to verify tokens with.</summary>
    public bool HasKeySet { get; init; } = true;

    /// <summary>Gets whether the backend that is asked about joins fails.</summary>
    public bool IsAuthorizeFailing { get; init; }

    /// <summary>Gets the nodes that are not reached, as <c>host:port</c>.</summary>
    public IReadOnlyList<string> Unreachable { get; init; } = [];

    /// <summary>Gets the number of nodes in <c>NOTIFY_CLUSTER_SEEDS</c>; 0 without a cluster.</summary>
    public int Seeds { get; init; }

    /// <summary>Gets the number of members of the cluster, reachable or not.</summary>
    public int MemberCount { get; init; }

    /// <summary>Gets the warnings about the dates of certificates.</summary>
    public IReadOnlyList<string> Certificates { get; init; } = [];

    /// <summary>Gets the warnings of the last two minutes that an operator has to know, one for each event.</summary>
    public IReadOnlyList<LoggedTrouble> Warnings { get; init; } = [];

    /// <summary>Gets the limits that were reached within the last minute.</summary>
    public IReadOnlyList<ReachedLimit> Limits { get; init; } = [];
}

using System.Globalization;

namespace Notify.Chaos;

/// <summary>Describes where a node runs: on a host of its own, where all ports are free.</summary>
/// <param name="Host">The node's address for clients.</param>
/// <param name="ClusterHost">The node's address for other nodes.</param>
/// <param name="Space">Its network namespace.</param>
internal sealed record NodePlace(string Host, string ClusterHost, string Space)
{
    public const int Web = 3000;
    public const int Actors = 4053;
    public const int Internal = 4054;

    /// <summary>Gets the node as a seed.</summary>
    public string Seed => string.Create(CultureInfo.InvariantCulture, $"{ClusterHost}:{Actors}");

    /// <summary>Returns a host of a network.</summary>
    public static NodePlace In(Network network, int node) =>
        new(network.OutsideAddress(node), network.AmongAddress(node), network.Space(node));
}

using System.Globalization;

namespace Notify.Chaos;

/// <summary>Where a node runs: a host of its own, where all ports are free.</summary>
/// <param name="Host">Where clients dial it.</param>
/// <param name="ClusterHost">Where the other nodes dial it.</param>
/// <param name="Space">Its network namespace.</param>
internal sealed record NodePlace(string Host, string ClusterHost, string Space)
{
    public const int Web = 3000;
    public const int Actors = 4053;
    public const int Internal = 4054;

    /// <summary>The node as a seed.</summary>
    public string Seed => string.Create(CultureInfo.InvariantCulture, $"{ClusterHost}:{Actors}");

    /// <summary>A host of a network.</summary>
    public static NodePlace In(Network network, int node) => new(network.OutsideAddress(node), network.AmongAddress(node), network.Space(node));
}

using System.Globalization;

namespace Notify.Chaos;

/// <summary>Where a node runs.</summary>
/// <param name="Host">Where clients dial it.</param>
/// <param name="ClusterHost">Where the other nodes dial it.</param>
/// <param name="Web">The port for clients.</param>
/// <param name="Actors">The port of Akka.Remote.</param>
/// <param name="Internal">The port for requests that other nodes pass on.</param>
/// <param name="Space">Its network namespace; null for that of this process.</param>
internal sealed record NodePlace(string Host, string ClusterHost, int Web, int Actors, int Internal, string? Space)
{
    /// <summary>The node as a seed.</summary>
    public string Seed => string.Create(CultureInfo.InvariantCulture, $"{ClusterHost}:{Actors}");

    /// <summary>Free ports of loopback, to be given back.</summary>
    public static NodePlace OnLoopback() => new("127.0.0.1", "127.0.0.1", Ports.Next(), Ports.Next(), Ports.Next(), null);

    /// <summary>A host of a network, where all ports are free.</summary>
    public static NodePlace In(Network network, int node) => new(network.OutsideAddress(node), network.AmongAddress(node), 3000, 4053, 4054, network.Space(node));

    /// <summary>Gives the ports back.</summary>
    public void Return()
    {
        if (Space is null)
        {
            Ports.Return([Web, Actors, Internal]);
        }
    }
}

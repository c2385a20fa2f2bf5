using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Notify.Broker.Clustering;

/// <summary>Represents the address at which other nodes connect to a node.</summary>
/// <param name="Host">A host name that is resolved at each connection, or an IP address.</param>
/// <param name="Port">The port of the actor system.</param>
public readonly record struct NodeAddress(string Host, int Port)
{
    /// <summary>Gets the host in the form of Akka's addresses, where an IPv6 address has brackets.</summary>
    public string HostInAddress => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;

    /// <summary>
    /// Returns whether a text names one host: a name, or an address that does not stand for all hosts, for several or for none.
    /// </summary>
    public static bool IsHost(string text)
    {
        if (IPAddress.TryParse(text, out var address))
        {
            address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
            return address.AddressFamily == AddressFamily.InterNetwork
                ? address.GetAddressBytes()[0] is not 0 and not (>= 224 and < 240) && !address.Equals(IPAddress.Broadcast)
                : !address.Equals(IPAddress.IPv6Any) && !address.IsIPv6Multicast;
        }

        if (Uri.CheckHostName(text) == UriHostNameType.Unknown)
        {
            return false;
        }

        try
        {
            // Resolvers do not accept names without an ASCII form.
            return new IdnMapping().GetAscii(text).Length > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Parses <c>host:port</c>. An IPv6 address must have brackets.</summary>
    public static bool TryParse(string text, out NodeAddress address)
    {
        address = default;
        var colon = text.LastIndexOf(':');
        if (colon <= 0
            || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port is 0 or > 65535)
        {
            return false;
        }

        var host = text[..colon];
        if (!IsHost(host.Trim('[', ']')) || host.Contains(':', StringComparison.Ordinal) != host.StartsWith('['))
        {
            return false;
        }

        address = new NodeAddress(host.Trim('[', ']'), port);
        return true;
    }

    /// <inheritdoc />
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{HostInAddress}:{Port}");
}

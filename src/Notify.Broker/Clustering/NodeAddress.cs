using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Notify.Broker.Clustering;

/// <summary>Where a node is dialled by the others.</summary>
/// <param name="Host">A name that is resolved anew each time, or an IP address.</param>
/// <param name="Port">The port of the actors.</param>
public readonly record struct NodeAddress(string Host, int Port)
{
    /// <summary>Gets the host as it stands in an address of Akka, where an IPv6 address has brackets too.</summary>
    public string HostInAddress => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;

    /// <summary>Tells whether a text names one host: a name, or an address that does not stand for all hosts, for several or for none.</summary>
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
            // What cannot be written in ASCII no resolver takes.
            return new IdnMapping().GetAscii(text).Length > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Reads <c>host:port</c>; an IPv6 address stands in brackets.</summary>
    public static bool TryParse(string text, out NodeAddress address)
    {
        address = default;
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is 0 or > 65535)
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

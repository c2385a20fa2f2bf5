using System.Globalization;

namespace Notify.Broker.Clustering;

/// <summary>Where a node is dialled by the others.</summary>
/// <param name="Host">A name that is resolved anew each time, or an IP address.</param>
/// <param name="Port">The port of the actors.</param>
public readonly record struct NodeAddress(string Host, int Port)
{
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
        if (Uri.CheckHostName(host.Trim('[', ']')) == UriHostNameType.Unknown || host.Contains(':', StringComparison.Ordinal) != host.StartsWith('['))
        {
            return false;
        }

        address = new NodeAddress(host.Trim('[', ']'), port);
        return true;
    }

    /// <inheritdoc />
    public override string ToString() =>
        Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}

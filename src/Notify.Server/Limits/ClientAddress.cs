using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Notify.Server.Limits;

/// <summary>
/// The address of whoever began a request: the peer, or, behind trusted proxies, the one that <c>X-Forwarded-For</c> names. That header is
/// read from the right, past trusted proxies, because everything left of what they wrote may have been made up by the client.
/// </summary>
/// <param name="Address">The address; null when the peer has none.</param>
/// <param name="Key">Who is charged for it; nobody for a private peer that no trusted proxy speaks for, which may be a proxy for everybody.</param>
internal readonly record struct ClientAddress(IPAddress? Address, AddressKey Key)
{
    /// <summary>The address of a request.</summary>
    public static ClientAddress Of(HttpContext context, TrustedProxies proxies)
    {
        if (context.Connection.RemoteIpAddress is not { } peer)
        {
            return default;
        }

        if (!proxies.Contains(peer))
        {
            return new(peer, TrustedProxies.IsPrivate(peer) ? default : AddressKey.Of(peer));
        }

        var hops = context.Request.Headers["X-Forwarded-For"].ToString();
        return FindClient(hops, proxies) is { } client ? new(client, AddressKey.Of(client)) : new(peer, default);
    }

    // The first from the right that is no trusted proxy; null when there is none, or when what stands there is no address.
    private static IPAddress? FindClient(ReadOnlySpan<char> hops, TrustedProxies proxies)
    {
        IPAddress? last = null;
        while (hops.Length > 0)
        {
            var comma = hops.LastIndexOf(',');
            var hop = hops[(comma + 1)..].Trim();
            hops = comma < 0 ? default : hops[..comma];
            if (hop.IsEmpty)
            {
                continue;
            }

            if (!TryReadHop(hop, out last) || !proxies.Contains(last))
            {
                break;
            }
        }

        return last;
    }

    // Some proxies add the port: 192.0.2.1:4711, [2001:db8::1]:4711.
    private static bool TryReadHop(ReadOnlySpan<char> hop, [NotNullWhen(true)] out IPAddress? address)
    {
        if (hop[0] == '[' && hop.IndexOf(']') is > 0 and var end)
        {
            hop = hop[1..end];
        }
        else if (hop.Count(':') == 1)
        {
            hop = hop[..hop.IndexOf(':')];
        }

        return IPAddress.TryParse(hop, out address);
    }
}

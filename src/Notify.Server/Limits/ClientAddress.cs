using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Notify.Server.Limits;

/// <summary>
/// Holds the address of a request's client: the peer, or behind trusted proxies the address in <c>X-Forwarded-For</c>. That header is read
/// from the right past trusted proxies, because the client can forge everything to the left of their entries.
/// </summary>
/// <param name="Address">The address; null when the peer has none.</param>
/// <param name="Key">The key to which the request is charged; none for a private peer without a trusted proxy, which may be a proxy for all
/// clients.</param>
internal readonly record struct ClientAddress(IPAddress? Address, AddressKey Key)
{
    /// <summary>Returns the client address of a request.</summary>
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

    // The first address from the right that is not a trusted proxy; null when there is none, or when the entry is not an address.
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

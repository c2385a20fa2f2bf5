using System.Net;

namespace Notify.Server.Limits;

/// <summary>Defines the proxies whose <c>X-Forwarded-For</c> is trusted.</summary>
/// <param name="networks">The addresses and networks of the proxies.</param>
public sealed class TrustedProxies(IReadOnlyList<IPNetwork> networks)
{
    private static readonly IPNetwork[] Loopback = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")];

    private static readonly IPNetwork[] Private =
    [
        .. Loopback,
        .. new[]
        {
            "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "fc00::/7", "fe80::/10",
        }.Select(IPNetwork.Parse),
    ];

    /// <summary>Gets the list without proxies.</summary>
    public static TrustedProxies None { get; } = new([]);

    /// <summary>Gets the networks, for documentation.</summary>
    public IReadOnlyList<IPNetwork> Networks { get; } = networks;

    /// <summary>
    /// Parses a comma-separated list of addresses, networks and the word <c>loopback</c>. Returns false when an entry is invalid.
    /// </summary>
    public static bool TryParse(string text, out TrustedProxies proxies)
    {
        proxies = None;
        var networks = new List<IPNetwork>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Equals("loopback", StringComparison.OrdinalIgnoreCase))
            {
                networks.AddRange(Loopback);
            }
            else if (IPNetwork.TryParse(part, out var network))
            {
                networks.Add(network);
            }
            else if (IPAddress.TryParse(part, out var address))
            {
                networks.Add(new IPNetwork(address, address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128));
            }
            else
            {
                return false;
            }
        }

        proxies = new TrustedProxies(networks);
        return networks.Count > 0;
    }

    /// <summary>Returns whether an address belongs to a trusted proxy.</summary>
    public bool Contains(IPAddress address) => Contains(Networks, address);

    /// <summary>
    /// Returns whether an address belongs to this host or to a private network, in which there may be a proxy for many clients.
    /// </summary>
    public static bool IsPrivate(IPAddress address) => Contains(Private, address);

    private static bool Contains(IReadOnlyList<IPNetwork> networks, IPAddress address)
    {
        if (networks.Count == 0)
        {
            return false;
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

        // Without LINQ, because each connection and each request of a backend comes through here.
        for (var i = 0; i < networks.Count; i++)
        {
            if (networks[i].Contains(plain))
            {
                return true;
            }
        }

        return false;
    }
}

using System.Net;
using Microsoft.AspNetCore.Http;
using Notify.Server.Limits;

namespace Notify.Server.Tests.Limits;

/// <summary>Tests the address to which a request is charged. A client's own headers must never determine it.</summary>
public sealed class ClientAddressTests
{
    [Theory]

    // Without trusted proxies: the peer, unless it may be a proxy for many clients.
    [InlineData("", "203.0.113.7", null, "203.0.113.7", true)]
    [InlineData("", "203.0.113.7", "198.51.100.1", "203.0.113.7", true)]
    [InlineData("", "127.0.0.1", null, "127.0.0.1", false)]
    [InlineData("", "10.1.2.3", "198.51.100.1", "10.1.2.3", false)]
    [InlineData("", "::ffff:10.1.2.3", null, "::ffff:10.1.2.3", false)]
    [InlineData("", "fe80::1", null, "fe80::1", false)]

    // The first address from the right that is not a trusted proxy.
    [InlineData("10.0.0.0/8", "10.1.2.3", "198.51.100.1", "198.51.100.1", true)]
    [InlineData("10.0.0.0/8", "::ffff:10.1.2.3", "198.51.100.1", "198.51.100.1", true)]
    [InlineData("10.0.0.0/8", "10.1.2.3", "6.6.6.6, 198.51.100.1", "198.51.100.1", true)]
    [InlineData("10.0.0.0/8", "10.1.2.3", "6.6.6.6, 198.51.100.1, 10.9.9.9", "198.51.100.1", true)]
    [InlineData("10.0.0.0/8", "203.0.113.7", "198.51.100.1", "203.0.113.7", true)]
    [InlineData("loopback,203.0.113.7", "203.0.113.7", "198.51.100.1, 127.0.0.1", "198.51.100.1", true)]
    [InlineData("10.0.0.0/8", "10.1.2.3", "192.168.7.7", "192.168.7.7", true)]
    [InlineData("10.0.0.0/8", "10.1.2.3", "10.4.4.4, 10.5.5.5", "10.4.4.4", true)]

    // With ports, and with invalid addresses.
    [InlineData("10.0.0.0/8", "10.1.2.3", "198.51.100.1:4711", "198.51.100.1", true)]
    [InlineData("10.0.0.0/8", "10.1.2.3", "[2001:db8::1]:4711", "2001:db8::1", true)]
    [InlineData("10.0.0.0/8", "10.1.2.3", "2001:db8::1", "2001:db8::1", true)]
    [InlineData("10.0.0.0/8", "10.1.2.3", "unknown", "10.1.2.3", false)]
    [InlineData("10.0.0.0/8", "10.1.2.3", "", "10.1.2.3", false)]
    [InlineData("10.0.0.0/8", "10.1.2.3", " , ,", "10.1.2.3", false)]
    [InlineData("10.0.0.0/8", "10.1.2.3", null, "10.1.2.3", false)]
    public void The_address_is_what_a_trusted_proxy_says_of_it(
        string proxies, string peer, string? forwarded, string client, bool isCharged)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(peer);
        if (forwarded is not null)
        {
            context.Request.Headers["X-Forwarded-For"] = forwarded;
        }

        Assert.Equal(proxies.Length > 0, TrustedProxies.TryParse(proxies, out var trusted));
        var address = ClientAddress.Of(context, trusted);
        Assert.Equal((IPAddress.Parse(client), isCharged), (address.Address, !address.Key.IsNone));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", true)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:2::1", false)]
    public void An_IPv6_network_of_one_holder_is_one_address(string one, string other, bool isSame) =>
        Assert.Equal(isSame, AddressKey.Of(IPAddress.Parse(one)) == AddressKey.Of(IPAddress.Parse(other)));

    [Theory]
    [InlineData("10.0.0.0/8", true)]
    [InlineData("loopback", true)]
    [InlineData("192.0.2.1, fd00::/8", true)]
    [InlineData("example.com", false)]
    [InlineData("10.0.0.1/8", true)]
    [InlineData("10.0.0.0/33", false)]
    [InlineData(",", false)]
    public void A_setting_names_addresses_and_networks(string text, bool isValid) =>
        Assert.Equal(isValid, TrustedProxies.TryParse(text, out _));
}

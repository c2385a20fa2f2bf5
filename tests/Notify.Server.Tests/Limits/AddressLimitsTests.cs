using System.Net;
using Microsoft.AspNetCore.Http;
using Notify.Server.Limits;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Limits;

/// <summary>Tests that one address cannot use up shared resources.</summary>
public sealed class AddressLimitsTests
{
    [Fact]
    public void One_address_has_so_many_connections_and_another_has_as_many()
    {
        using var limits = new ClientLimits(new() { MaxConnections = 2, HandshakeRate = default });
        using var first = limits.Connections.TryBegin(From("203.0.113.1"), out _);
        using var second = limits.Connections.TryBegin(From("203.0.113.1"), out _);
        Assert.Null(limits.Connections.TryBegin(From("203.0.113.1"), out var refusal));
        Assert.Equal(HandshakeRefusal.Connections, refusal);
        using var other = limits.Connections.TryBegin(From("203.0.113.2"), out _);
        Assert.NotNull(other);
        first!.Dispose();
        using var again = limits.Connections.TryBegin(From("203.0.113.1"), out _);
        Assert.NotNull(again);
        Assert.Equal(3, limits.Connections.Connections);
    }

    [Fact]
    public void A_private_peer_that_no_proxy_speaks_for_may_be_everybody()
    {
        using var limits = new ClientLimits(new() { MaxConnections = 1, HandshakeRate = new(1, TimeSpan.FromHours(1), 1) });
        for (var i = 0; i < 10; i++)
        {
            Assert.NotNull(limits.Connections.TryBegin(From("10.0.0.1"), out _));
        }
    }

    [Fact]
    public void Behind_a_trusted_proxy_each_client_is_counted_by_itself()
    {
        Assert.True(TrustedProxies.TryParse("10.0.0.0/8", out var proxies));
        using var limits = new ClientLimits(new() { MaxConnections = 1, Proxies = proxies });
        Assert.NotNull(limits.Connections.TryBegin(From("10.0.0.1", "203.0.113.1"), out _));
        Assert.Null(limits.Connections.TryBegin(From("10.0.0.1", "203.0.113.1"), out _));
        Assert.NotNull(limits.Connections.TryBegin(From("10.0.0.1", "203.0.113.2"), out _));
    }

    [Fact]
    public void One_address_begins_so_many_connections_at_once()
    {
        using var limits = new ClientLimits(new() { HandshakeRate = new(1, TimeSpan.FromHours(1), 3) }, maxConnections: 100);
        for (var i = 0; i < 3; i++)
        {
            Assert.NotNull(limits.Connections.TryBegin(From("203.0.113.1"), out _));
        }

        Assert.Null(limits.Connections.TryBegin(From("203.0.113.1"), out var refusal));
        Assert.Equal(HandshakeRefusal.Rate, refusal);
        Assert.NotNull(limits.Connections.TryBegin(From("203.0.113.2"), out _));
    }

    [Fact]
    public void Wrong_secrets_are_counted_and_then_nothing_is_answered()
    {
        using var limits = new ClientLimits(new() { SecretRate = new(1, TimeSpan.FromHours(1), 2) });
        var address = limits.Addresses.Find(From("203.0.113.1"));
        for (var i = 0; i < 2; i++)
        {
            Assert.False(limits.Addresses.IsSecretBlocked(address));
            limits.Addresses.RefusedSecret(address);
        }

        Assert.True(limits.Addresses.IsSecretBlocked(address));
        Assert.False(limits.Addresses.IsSecretBlocked(limits.Addresses.Find(From("203.0.113.2"))));
    }

    [Fact]
    public void More_addresses_than_are_remembered_cost_no_more_memory()
    {
        using var limits = new ClientLimits(new() { Capacity = 64, MaxConnections = 1 }, maxConnections: 10_000);
        for (var i = 0; i < 5000; i++)
        {
            limits.Connections.TryBegin(From(new IPAddress(0x0A0000CBL + (i << 8)).ToString()), out _);
        }

        Assert.InRange(limits.Addresses.Count, 1, 64);
    }

    private static DefaultHttpContext From(string peer, string? forwarded = null)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(peer);
        if (forwarded is not null)
        {
            context.Request.Headers["X-Forwarded-For"] = forwarded;
        }

        return context;
    }
}

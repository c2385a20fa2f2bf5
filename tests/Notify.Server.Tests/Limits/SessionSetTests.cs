using Akka.Actor;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Notify.Broker.Connections;
using Notify.Broker.Metrics;
using Notify.Server.Limits;
using Notify.Server.Sessions;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Limits;

/// <summary>
/// Tests that a session is removed once, whichever side notices its end first, and that its connection is released with it.
/// </summary>
public sealed class SessionSetTests : IDisposable
{
    private readonly ClientLimits _all = new();
    private readonly ConnectionLimits _limits;
    private readonly SessionSet<FakeSession> _sessions;

    public SessionSetTests()
    {
        _limits = _all.Connections;
        _sessions = new SessionSet<FakeSession>(_limits, TimeProvider.System, NullLogger.Instance);
    }

    public void Dispose() => _all.Dispose();

    [Fact]
    public void A_session_that_is_removed_twice_leaves_once()
    {
        var first = Open("1");
        Open("2");
        Assert.True(_sessions.Remove(first));
        Assert.False(_sessions.Remove(first));
        Assert.Equal((1, 1), (_sessions.Count, _limits.Connections));
    }

    [Fact]
    public void A_session_that_was_never_added_has_no_place_to_give_back()
    {
        Open("1");
        Assert.False(_sessions.Remove(new FakeSession("2")));
        Assert.Equal(1, _limits.Connections);
    }

    [Fact]
    public void A_session_whose_turn_fails_leaves_once_and_the_others_have_theirs()
    {
        var broken = Open("1", fails: true);
        var other = Open("2");
        _sessions.Tick(7);
        _sessions.Tick(8);
        Assert.False(_sessions.Remove(broken));
        Assert.Equal((1, 1, 8), (_sessions.Count, _limits.Connections, other.TickedAt));
    }

    private FakeSession Open(string id, bool fails = false)
    {
        using var handshake = _limits.TryBegin(new DefaultHttpContext(), out _)!;
        var session = new FakeSession(id, fails);
        _sessions.Add(session);
        handshake.Keep();
        return session;
    }

    private sealed class FakeSession(string id, bool fails = false) : IClientSession
    {
        public string Id { get; } = id;

        public AddressKey Address => default;

        public IActorRef Connection => ActorRefs.Nobody;

        public SendQueue SendQueue { get; } = new(1);

        public long BeganAt => 0;

        public ConnectionTransport Transport => ConnectionTransport.WebSocket;

        public ConnectionFacts Describe() => new(Id);

        public long TickedAt { get; private set; }

        public void Tick(long now) => TickedAt = fails ? throw new InvalidOperationException("its turn fails") : now;
    }
}

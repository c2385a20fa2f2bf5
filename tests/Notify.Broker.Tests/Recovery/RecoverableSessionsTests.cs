using Microsoft.Extensions.Time.Testing;
using Notify.Broker.Metrics;
using Notify.Broker.Recovery;

namespace Notify.Broker.Tests.Recovery;

public sealed class RecoverableSessionsTests : IDisposable
{
    private static readonly TimeSpan Retain = TimeSpan.FromMinutes(2);

    private readonly FakeTimeProvider _time = new();
    private readonly PrivateIds _ids = new();
    private readonly BrokerMetrics _metrics = new();

    public void Dispose() => _metrics.Dispose();

    [Fact]
    public async Task A_session_whose_connection_broke_is_taken_once()
    {
        using var sessions = Create();
        var session = Session();
        sessions.Add(session, party: 0, () => Assert.Fail("There is no connection to end."));
        sessions.Retain(session);

        Assert.Equal(new SessionHandover.Found(session), await sessions.ClaimAsync(session.PrivateId));
        Assert.Same(SessionHandover.Over.Instance, await sessions.ClaimAsync(session.PrivateId));
        Assert.Equal(0, sessions.Retained);
    }

    [Fact]
    public async Task The_connection_of_one_that_is_still_connected_is_ended_first()
    {
        using var sessions = Create();
        var session = Session();
        var ends = 0;
        sessions.Add(session, party: 0, () =>
        {
            ends++;

            // Like a connection that ends.
            sessions.Retain(session);
        });

        Assert.Equal(new SessionHandover.Found(session), await sessions.ClaimAsync(session.PrivateId));

        Assert.Equal((1, 0), (ends, sessions.Retained));
        Assert.Same(SessionHandover.Over.Instance, await sessions.ClaimAsync(session.PrivateId));
    }

    [Fact]
    public async Task A_session_is_retained_for_so_long_and_no_longer()
    {
        using var sessions = Create();
        var (early, late) = (Session(), Session());
        Drop(sessions, early);
        _time.Advance(TimeSpan.FromSeconds(1));
        Drop(sessions, late);
        _time.Advance(Retain - TimeSpan.FromSeconds(1));

        Assert.Equal(1, sessions.Retained);
        Assert.Same(SessionHandover.Over.Instance, await sessions.ClaimAsync(early.PrivateId));
        Assert.IsType<SessionHandover.Found>(await sessions.ClaimAsync(late.PrivateId));
    }

    [Fact]
    public async Task One_that_is_connected_is_kept_however_long()
    {
        using var sessions = Create();
        var session = Session();
        sessions.Add(session, party: 0, () => { });
        _time.Advance(TimeSpan.FromDays(1));

        Assert.IsType<SessionHandover.Found>(await sessions.ClaimAsync(session.PrivateId));
    }

    [Fact]
    public async Task One_whose_client_left_is_over()
    {
        using var sessions = Create();
        var session = Session();
        sessions.Add(session, party: 0, () => { });
        sessions.Forget(session);
        sessions.Retain(session);

        Assert.Same(SessionHandover.Over.Instance, await sessions.ClaimAsync(session.PrivateId));
    }

    [Fact]
    public async Task One_that_was_taken_and_not_connected_waits_again()
    {
        using var sessions = Create();
        var session = Session();
        Drop(sessions, session);
        await sessions.ClaimAsync(session.PrivateId);
        sessions.GiveBack(session, party: 0);

        Assert.Equal(1, sessions.Retained);
        Assert.IsType<SessionHandover.Found>(await sessions.ClaimAsync(session.PrivateId));
    }

    [Fact]
    public async Task When_there_are_too_many_alike_the_oldest_go()
    {
        using var sessions = Create(capacity: 10 * Session().Log.Cost);
        var all = Enumerable.Range(0, 25).Select(_ => Session()).ToList();
        all.ForEach(session => Drop(sessions, session));

        Assert.Equal(10, sessions.Retained);
        Assert.Same(SessionHandover.Over.Instance, await sessions.ClaimAsync(all[14].PrivateId));
        Assert.IsType<SessionHandover.Found>(await sessions.ClaimAsync(all[15].PrivateId));
        Assert.IsType<SessionHandover.Found>(await sessions.ClaimAsync(all[24].PrivateId));
    }

    [Fact]
    public async Task An_address_that_has_most_pushes_out_only_its_own()
    {
        using var sessions = Create(capacity: 10 * Session().Log.Cost);
        var others = Enumerable.Range(2, 4).Select(_ => Session()).ToList();
        foreach (var (index, session) in others.Index())
        {
            Drop(sessions, session, party: (ulong)index + 2);
        }

        var greedy = Enumerable.Range(0, 25).Select(_ => Session()).ToList();
        greedy.ForEach(session => Drop(sessions, session, party: 1));

        Assert.Equal(10, sessions.Retained);
        foreach (var session in others)
        {
            Assert.IsType<SessionHandover.Found>(await sessions.ClaimAsync(session.PrivateId));
        }

        Assert.Same(SessionHandover.Over.Instance, await sessions.ClaimAsync(greedy[18].PrivateId));
        Assert.IsType<SessionHandover.Found>(await sessions.ClaimAsync(greedy[19].PrivateId));
    }

    [Fact]
    public async Task A_session_that_is_given_back_is_charged_to_the_address_that_had_taken_it()
    {
        using var sessions = Create(capacity: 4 * Session().Log.Cost);
        var (taken, early) = (Session(), Session());
        Drop(sessions, taken, party: 2);
        Drop(sessions, early, party: 1);
        await sessions.ClaimAsync(taken.PrivateId);
        sessions.GiveBack(taken, party: 1);
        Drop(sessions, Session(), party: 2);
        Drop(sessions, Session(), party: 3);
        Drop(sessions, Session(), party: 4);

        Assert.Same(SessionHandover.Over.Instance, await sessions.ClaimAsync(early.PrivateId));
        Assert.Equal(4, sessions.Retained);
    }

    [Fact]
    public async Task One_of_another_life_of_the_node_has_no_holder()
    {
        using var sessions = Create();

        Assert.Same(SessionHandover.HolderGone.Instance, await sessions.ClaimAsync(new PrivateIds().Next()));
    }

    [Fact]
    public void A_private_id_is_long_and_unlike_any_other()
    {
        var ids = Enumerable.Range(0, 1000).Select(_ => _ids.Next()).ToList();

        Assert.Equal(1000, ids.Distinct().Count());
        Assert.All(ids, id => Assert.True(PrivateIds.IsPrivateId(id) && _ids.IsOwn(id) && !new PrivateIds().IsOwn(id)));
        Assert.False(PrivateIds.IsPrivateId(""));
        Assert.False(PrivateIds.IsPrivateId(ids[0] + "A"));
        Assert.False(PrivateIds.IsPrivateId(new string('\0', PrivateIds.Length)));
        Assert.False(PrivateIds.IsPrivateId(new string('€', PrivateIds.Length)));
    }

    private RecoverableSessions Create(long capacity = 1 << 20) => new(_ids, Retain, capacity, _time, _metrics);

    private RecoverableSession Session() => new(_ids.Next(), "socket", new DeliveryLog());

    private static void Drop(RecoverableSessions sessions, RecoverableSession session, ulong party = 0)
    {
        sessions.Add(session, party, () => { });
        sessions.Retain(session);
    }
}

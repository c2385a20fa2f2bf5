using Notify.Benchmarks.Scale;

namespace Notify.Broker.Tests.Scale;

/// <summary>Tests the simulation behind the figures for large clusters.</summary>
public sealed class ScaleTests
{
    private const int Nodes = 5;

    [Fact]
    public void Every_listener_is_reached_once_and_all_pairs_agree_after_a_deploy_a_kill_and_a_cut()
    {
        var scenarios = new Scenarios(Options(), Nodes);

        var joins = scenarios.Join();
        Assert.DoesNotContain(scenarios.Connections, connection => !connection.IsJoined);
        Assert.Equal(0, scenarios.Disagreements());
        scenarios.Steady();
        scenarios.Deploy();
        var killed = scenarios.Kill();
        var cut = scenarios.Cut();
        var hot = scenarios.Hot();

        Assert.Equal(0, scenarios.Verify());
        Assert.Equal(0, scenarios.Cluster.Dropped);
        Assert.True(killed.Rejoined > 0 && cut.Rejoined > 0, $"{killed.Rejoined} and {cut.Rejoined} joins were repeated");

        // Each node compares its joins with each other node every three seconds.
        Assert.Equal(Nodes * (Nodes - 1) / 3.0, joins.Kinds["compare"].Messages, tolerance: 0.001);

        // The owner tells every other node, of which four are left, about each of 100 notifications a second.
        var left = scenarios.Cluster.Members.Count;
        Assert.Equal(Nodes - 1, left);
        Assert.Equal((left - 1) * 100.0, hot.Kinds["deliver"].Messages, tolerance: 1);
    }

    [Fact]
    public void The_same_seed_gives_the_same_traffic()
    {
        var (one, other) = (new Scenarios(Options(), Nodes), new Scenarios(Options(), Nodes));

        Assert.Equal(one.Join().Kinds, other.Join().Kinds);
        Assert.Equal(one.Steady().Kinds, other.Steady().Kinds);
    }

    [Fact]
    public void What_is_left_out_by_the_sample_is_counted_for_joins_and_not_for_publishes()
    {
        var (full, sampled) = (new Scenarios(Options(), Nodes), new Scenarios(Options() with { Sample = 4 }, Nodes));

        var (all, part) = (full.Join(), sampled.Join());
        Assert.InRange(part.Kinds["join"].Messages / all.Kinds["join"].Messages, 0.9, 1.1);
        Assert.Equal(all.Kinds["compare"].Messages, part.Kinds["compare"].Messages);
        Assert.InRange(sampled.Steady().Kinds["deliver"].Messages / full.Steady().Kinds["deliver"].Messages, 0.9, 1.1);
    }

    private static ScaleOptions Options() => new()
    {
        Nodes = [Nodes],
        Channels = 1_000,
        Connections = 1_500,
        Sample = 1,
        Rate = 100,
        Lifetime = 600,
        JoinSeconds = 3,
    };
}

using Notify.Broker.Metrics;
using Notify.Server.Troubles;

namespace Notify.Server.Tests.Troubles;

/// <summary>Tests what counts as a trouble, what it does to the readiness, and what hides behind another one.</summary>
public sealed class TroubleRulesTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_node_that_works_has_no_trouble() => Assert.Empty(TroubleRules.Find(new NodeFacts()));

    [Fact]
    public void Everything_at_once_is_listed_with_the_worst_first()
    {
        var found = TroubleRules.Find(new NodeFacts
        {
            IsDraining = true,
            HasQuorum = false,
            LacksRevocations = true,
            Store = "The disk is full.",
            Damage = "A part is damaged.",
            IsRegionSilent = true,
            KeySet = "status 500",
            IsAuthorizeFailing = true,
            Unreachable = ["b:4053"],
            Certificates = ["It expires"],
            Warnings = [new LoggedTrouble(At, "warning", "StoreFull", "The store is full.", 1)],
            Limits = [new ReachedLimit("connections", 3, At, At)],
        });

        Assert.Equal(
            [
                "draining not_ready",
                "quorum not_ready",
                "starting not_ready",
                "store degraded",
                "history degraded",
                "key_set degraded",
                "authorize degraded",
                "members none",
                "certificate none",
                "warning none",
                "limit none",
            ],
            found.Select(trouble => $"{trouble.Part} {trouble.Effect}"));
        Assert.All(found, trouble => Assert.EndsWith(".", trouble.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_node_that_starts_has_no_other_reason_not_to_be_ready()
    {
        var found = TroubleRules.Find(new NodeFacts { IsStarted = false, HasQuorum = false, LacksRevocations = true });

        Assert.Equal(TroubleParts.Starting, Assert.Single(found).Part);
    }

    [Fact]
    public void A_cluster_with_fewer_nodes_than_its_seeds_is_a_trouble()
    {
        var found = Assert.Single(TroubleRules.Find(new NodeFacts { Seeds = 3, MemberCount = 2 }));

        Assert.Equal((TroubleParts.Members, TroubleEffects.None), (found.Part, found.Effect));
        Assert.Contains("Only 2 of the 3 nodes", found.Message, StringComparison.Ordinal);
        Assert.Empty(TroubleRules.Find(new NodeFacts { Seeds = 1, MemberCount = 3 }));
    }

    [Fact]
    public void A_silent_region_is_a_trouble_of_its_own_only_if_nothing_else_explains_it()
    {
        var silent = new NodeFacts { IsRegionSilent = true };

        Assert.Equal(TroubleEffects.Degraded, Assert.Single(TroubleRules.Find(silent)).Effect);
        Assert.DoesNotContain(TroubleRules.Find(silent with { HasQuorum = false }), IsOfRegion);
        Assert.DoesNotContain(TroubleRules.Find(silent with { Store = "It does not work." }), IsOfRegion);
        Assert.DoesNotContain(TroubleRules.Find(silent with { IsDraining = true }), IsOfRegion);

        static bool IsOfRegion(FoundTrouble trouble) => trouble.Part == TroubleParts.Region;
    }

    [Theory]
    [InlineData("connections", "NOTIFY_MAX_CONNECTIONS")]
    [InlineData("handshakes", "NOTIFY_MAX_HANDSHAKES")]
    [InlineData("address", "NOTIFY_TRUSTED_PROXIES")]
    [InlineData("send_rate", "NOTIFY_SEND_RATE")]
    public void A_limit_that_was_reached_names_its_setting_and_its_count(string limit, string setting)
    {
        var trouble = Assert.Single(TroubleRules.Find(new NodeFacts { Limits = [new ReachedLimit(limit, 17, At, At)] }));

        Assert.Contains(setting, trouble.Message, StringComparison.Ordinal);
        Assert.Contains("17", trouble.Message, StringComparison.Ordinal);
        Assert.Equal(At, trouble.Since);
    }

    [Fact]
    public void A_trouble_is_as_old_as_its_first_look_and_begins_anew_after_a_look_without_it()
    {
        var clock = new TroubleClock();
        var store = TroubleRules.Find(new NodeFacts { Store = "The disk is full." });

        Assert.Equal(At, Assert.Single(clock.Date(store, At)).Since);

        // The message may change while the trouble lasts.
        var other = TroubleRules.Find(new NodeFacts { Store = "The disk is read-only." });
        Assert.Equal(At, Assert.Single(clock.Date(other, At.AddMinutes(1))).Since);

        Assert.Empty(clock.Date([], At.AddMinutes(2)));
        Assert.Equal(At.AddMinutes(3), Assert.Single(clock.Date(store, At.AddMinutes(3))).Since);
    }
}

using Microsoft.Extensions.Logging.Abstractions;
using Notify.Server.Access;

namespace Notify.Server.Tests.Access;

public sealed class ObservationsTests
{
    [Fact]
    public void Equal_refusals_are_one_group_with_the_last_example()
    {
        var observations = new Observations(TimeProvider.System, NullLogger<Observations>.Instance);
        var key = new ObservationKey("order:*", "unauthorized", "https://a.example", "socketio");

        observations.Add(key, "order:1");
        observations.Add(key, "order:2");

        var group = Assert.Single(observations.All);
        Assert.Equal((key, 2, "order:2"), (group.Key, group.Count, group.Example));
    }

    [Fact]
    public void What_clients_choose_cannot_make_more_groups_than_the_limit()
    {
        var observations = new Observations(TimeProvider.System, NullLogger<Observations>.Instance);

        for (var i = 0; i < Observations.MaxGroups + 50; i++)
        {
            observations.Add(new ObservationKey(null, "unauthorized", new string('o', 5000) + i, "events"), "c");
            observations.Add(new ObservationKey(null, "unauthorized", $"https://{i}.example", "events"), "c");
        }

        Assert.Equal(Observations.MaxGroups, observations.All.Count);
        Assert.All(observations.All, group => Assert.True(group.Key.Origin!.Length <= 200));
        Assert.Equal(51, observations.Others);
    }
}

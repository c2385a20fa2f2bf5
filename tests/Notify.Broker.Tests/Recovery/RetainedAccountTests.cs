using Notify.Broker.Recovery;

namespace Notify.Broker.Tests.Recovery;

public sealed class RetainedAccountTests
{
    private readonly RetainedAccount _account = new();

    [Fact]
    public void Of_the_party_that_costs_most_the_largest_goes_first()
    {
        _account.Add("small", party: 1, cost: 10);
        _account.Add("large", party: 1, cost: 30);
        _account.Add("largest of all", party: 2, cost: 35);
        _account.Add("small too", party: 1, cost: 10);

        Assert.Equal(85, _account.Cost);
        Assert.Equal(["large", "largest of all", "small", "small too"], Empty());
        Assert.Equal(0, _account.Cost);
    }

    [Fact]
    public void Of_equals_the_one_that_came_first_goes_first()
    {
        _account.Add("a", party: 1, cost: 10);
        _account.Add("b", party: 2, cost: 10);
        _account.Add("c", party: 1, cost: 10);
        _account.Add("d", party: 2, cost: 10);

        Assert.Equal(["a", "b", "c", "d"], Empty());
    }

    [Fact]
    public void Without_an_address_each_is_a_party_of_its_own()
    {
        for (var i = 0; i < 5; i++)
        {
            _account.Add($"nobody {i}", party: 0, cost: 20);
        }

        _account.Add("one", party: 1, cost: 15);
        _account.Add("two", party: 1, cost: 15);

        Assert.Equal("one", _account.First!.PrivateId);
    }

    [Fact]
    public void What_is_taken_away_counts_no_longer()
    {
        var taken = _account.Add("taken", party: 1, cost: 50);
        _account.Add("left", party: 1, cost: 1);
        _account.Add("other", party: 2, cost: 40);
        _account.Remove(taken);

        Assert.Equal(41, _account.Cost);
        Assert.Equal(["other", "left"], Empty());
        Assert.Null(_account.First);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Nobody_loses_what_is_within_an_even_share(int seed)
    {
        const int Capacity = 10_000;
        const int Parties = 8;
        var random = new Random(seed);
        var places = new List<RetainedAccount.Place>();
        for (var step = 0; step < 5_000; step++)
        {
            if (places.Count > 0 && random.Next(4) == 0)
            {
                var index = random.Next(places.Count);
                _account.Remove(places[index]);
                places.RemoveAt(index);
            }

            // A party with a lower number tries to have more.
            var party = (ulong)Math.Min(random.Next(1, Parties + 1), random.Next(1, Parties + 1));
            places.Add(_account.Add($"{step}", party, random.Next(1, 400)));
            while (_account.Cost > Capacity)
            {
                var first = _account.First!;
                var costs = places.GroupBy(place => place.Party.Key)
                    .ToDictionary(group => group.Key, group => group.Sum(place => place.Cost));
                Assert.Equal(costs.Values.Max(), costs[first.Party.Key]);
                Assert.True(costs[first.Party.Key] > Capacity / Parties);
                Assert.Equal(places.Where(place => place.Party == first.Party).Max(place => place.Cost), first.Cost);
                _account.Remove(first);
                places.Remove(first);
            }

            Assert.Equal(places.Sum(place => place.Cost), _account.Cost);
        }
    }

    private List<string> Empty()
    {
        var order = new List<string>();
        while (_account.First is { } first)
        {
            order.Add(first.PrivateId);
            _account.Remove(first);
        }

        return order;
    }
}

using Notify.Broker.AntiEntropy;
using Notify.Broker.Relays;

namespace Notify.Broker.Tests.AntiEntropy;

public sealed class JoinSetTests
{
    private static readonly RelayId Relay = new(Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"));

    [Fact]
    public void The_hash_is_the_same_on_every_node_and_for_ever() =>
        Assert.Equal(
            new JoinKey("user:é", Relay, 7).Hash(),
            new JoinKey("user:é", new RelayId(Guid.Parse("00112233-4455-6677-8899-aabbccddeeff")), 7).Hash());

    [Fact]
    public void Two_sides_that_know_the_same_have_the_same_digest_in_whatever_order_they_learned_it()
    {
        var (mine, theirs) = (new JoinSet(), new JoinSet());
        var joins = Enumerable.Range(0, 1000).Select(i => new JoinKey($"c{i}", Relay, i)).ToList();
        joins.ForEach(mine.Add);
        joins.ForEach(mine.Add);
        joins.AsEnumerable().Reverse().ToList().ForEach(theirs.Add);
        theirs.Add(new JoinKey("more", Relay, 1));
        theirs.Remove(new JoinKey("more", Relay, 1));
        theirs.Remove(new JoinKey("never", Relay, 1));

        Assert.Empty(mine.Digest().Differences(theirs.Digest()));
    }

    [Theory]
    [InlineData("c5", 5)]
    [InlineData("c5", 6)]
    [InlineData("other", 1)]
    public void One_join_that_only_one_side_knows_is_in_the_one_bucket_that_differs(string channel, long joinNumber)
    {
        var (mine, theirs) = (new JoinSet(), new JoinSet());
        for (var i = 0; i < 1000; i++)
        {
            mine.Add(new JoinKey($"c{i}", Relay, i));
            theirs.Add(new JoinKey($"c{i}", Relay, i));
        }

        var join = new JoinKey(channel, Relay, joinNumber);
        if (joinNumber == 5)
        {
            mine.Remove(join);
        }
        else
        {
            mine.Add(join);
        }

        var bucket = Assert.Single(mine.Digest().Differences(theirs.Digest()));
        Assert.Equal(joinNumber != 5, mine.List(bucket).Any(each => each.Join == join));
        Assert.Equal(joinNumber == 5, theirs.List(bucket).Any(each => each.Join == join));
        Assert.Equal(mine.List(bucket), mine.List(bucket).OrderBy(each => each.Hash));
    }
}

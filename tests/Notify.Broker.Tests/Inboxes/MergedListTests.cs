using System.Text;
using Notify.Broker.Channels;
using Notify.Broker.Inboxes;
using Xunit.Abstractions;

namespace Notify.Broker.Tests.Inboxes;

/// <summary>Tests how the lists of several channels become one.</summary>
public sealed class MergedListTests(ITestOutputHelper output)
{
    private static readonly string[] Names = ["user:7", "announce:all", "announce:pro"];

    [Fact]
    public void Items_come_by_time_and_each_list_in_its_own_order()
    {
        var (items, next) = MergedList.Merge(
            [List("a", null, (3, 30), (2, 5), (1, 10)), List("b", null, (2, 20), (1, 8)), List("c", null)], limit: 10, maxBytes: 1_000_000);
        Assert.Equal(["a3", "b2", "b1", "a2", "a1"], items.Select(Text));
        Assert.Equal([0L, 0L, 0L], next);
    }

    [Fact]
    public void A_page_ends_where_the_next_item_of_a_list_is_not_known()
    {
        var (items, next) = MergedList.Merge(
            [List("a", next: 2, (3, 30), (2, 25)), List("b", null, (2, 20), (1, 8))], limit: 10, maxBytes: 1_000_000);
        Assert.Equal(["a3", "a2"], items.Select(Text));
        Assert.Equal([2L, 3L], next);
    }

    [Fact]
    public void A_page_ends_where_its_bytes_are_full()
    {
        var lists = new[] { List("a", null, (2, 30), (1, 25)), List("b", null, (9, 27)) };
        Assert.Equal(["a2"], MergedList.Merge(lists, limit: 10, maxBytes: 1).Items.Select(Text));
        Assert.Equal([2L, 10L], MergedList.Merge(lists, limit: 10, maxBytes: 1).Next);
    }

    [Fact]
    public void Each_item_is_listed_once_while_items_arrive_and_go()
    {
        var (pages, listed) = (0, 0);
        for (var seed = 1; seed <= 2000; seed++)
        {
            var random = new Random(seed);
            var channels = Names.Select(name => new List<Notification>()).ToList();
            void Publish()
            {
                var i = random.Next(channels.Count);

                // The clocks of owners differ, and go back.
                channels[i].Add(Item(Names[i], channels[i].Count + 1, random.Next(100)));
            }

            for (var i = random.Next(60); i > 0; i--)
            {
                Publish();
            }

            var expected = channels.SelectMany(items => items).ToHashSet();
            var gone = new HashSet<Notification>();
            var seen = new List<Notification>();
            IReadOnlyList<long> before = [.. Names.Select(_ => long.MaxValue)];
            do
            {
                var (limit, maxBytes) = (random.Next(1, 8), random.Next(100, 2000));
                var lists = channels.Select((items, i) => Part(items, before[i], limit, gone, random, Names[i])).ToList();
                (var page, before) = MergedList.Merge(lists, limit, maxBytes);
                seen.AddRange(page);
                pages++;
                for (var i = random.Next(6); i > 0; i--)
                {
                    Publish();
                }

                if (expected.Count > 0 && random.Next(3) == 0)
                {
                    gone.Add(expected.ElementAt(random.Next(expected.Count)));
                }
            }
            while (before.Any(each => each > 0));

            Assert.True(seen.Count == seen.Distinct().Count(), $"seed {seed}: an item is listed twice");
            Assert.True(expected.Except(gone).All(seen.Contains), $"seed {seed}: an item is missing");
            Assert.All(
                Names, name => Assert.Equal(seen.Where(item => item.Channel == name).OrderByDescending(item => item.Offset),
                    seen.Where(item => item.Channel == name)));
            Assert.True(seen.All(expected.Contains), $"seed {seed}: an item that came later is among older ones");
            listed += seen.Count;
        }

        output.WriteLine($"Seeds 1 to 2000, {pages} pages, {listed} items.");
    }

    // As an owner reads it: fewer than wanted where the bytes of a page are full.
    private static MergedList Part(
        List<Notification> all, long before, int limit, HashSet<Notification> gone, Random random, string name)
    {
        var wanted = all.Where(item => item.Offset < before && !gone.Contains(item)).OrderByDescending(item => item.Offset).ToList();
        var page = wanted.Take(Math.Max(1, limit - random.Next(2))).ToList();
        return new MergedList(name, page, before, wanted.Count > page.Count ? page[^1].Offset : null);
    }

    private static MergedList List(string channel, long? next, params (long Offset, long At)[] items) =>
        new(channel, [.. items.Select(item => Item(channel, item.Offset, item.At))], long.MaxValue, next);

    private static Notification Item(string channel, long offset, long at) =>
        new(channel, new Position("e", offset), new PublishId(Guid.NewGuid(), 0), at, Encoding.UTF8.GetBytes("null"));

    private static string Text(Notification item) => $"{item.Channel}{item.Offset}";
}

using Notify.Broker;
using Notify.Broker.History;

namespace Notify.Storage.Tests;

/// <summary>Tests the tail and its compaction.</summary>
public sealed partial class SqliteStoreTests
{
    [Fact]
    public async Task What_is_sent_comes_into_its_place_by_itself_and_nothing_is_left_in_the_tail()
    {
        await ReopenAsync(new StoreOptions { TailAge = TimeSpan.FromMilliseconds(20), TrimInterval = TimeSpan.FromMilliseconds(5) });
        var channels = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Store.ClaimAsync($"c{i}"))).Soon();
        for (var round = 0; round < 10; round++)
        {
            await Task.WhenAll(channels.Select(channel => AppendAsync(channel, (round * 3) + 1, 3))).Soon();
        }

        await Eventually.HoldsAsync(() => Task.FromResult(Number("SELECT count(*) FROM tail") == 0), "The tail was not folded.");

        Assert.Equal(20 * 30, Number("SELECT count(*) FROM notification"));
        foreach (var channel in channels)
        {
            Assert.Equal(
                Enumerable.Range(11, 20).Select(offset => (long)offset), Offsets(await Store.ReadAsync(channel, 10, 30, 1 << 20).Soon()));
        }
    }

    [Fact]
    public async Task A_fold_that_a_crash_cut_short_is_done_again_and_brings_nothing_back_that_was_trimmed()
    {
        // The tail contains 1 to 5. 1 to 3 are already compacted, of which 1 and 2 have been trimmed since.
        var never = new StoreOptions { TailAge = TimeSpan.FromHours(1) };
        await ReopenAsync(never);
        var channel = await Store.ClaimAsync("c").Soon();
        var sent = await AppendAsync(channel, 1, 5);
        await Store.DisposeAsync();
        Run(
            File,
            "INSERT INTO notification SELECT id, 3, zeroblob(16), 0, 0, 9000000000000, CAST('in its place' AS BLOB), NULL FROM channel; "
                + "UPDATE channel SET floor = 2");

        await ReopenAsync(never);
        Assert.Equal(5, Assert.Single(await Store.ListAsync("", null, 10).Soon()).Head.Offset);
        var again = await Store.ClaimAsync("c").Soon();
        Assert.Equal(channel.Head with { Offset = 5 }, again.Head);
        Assert.Equal(sent.Skip(2).Select(each => (each.Id, each.Offset)), again.Recent);
        Assert.Equal([3, 4, 5], Offsets(await Store.ReadAsync(again, StoredPage.Earliest, 5, 1 << 20).Soon()));

        await ReopenAsync(new StoreOptions { TailAge = TimeSpan.Zero, TrimInterval = TimeSpan.FromMilliseconds(5) });
        await Eventually.HoldsAsync(() => Task.FromResult(Number("SELECT count(*) FROM tail") == 0), "The tail was not folded.");
        Assert.Equal(3, Number("SELECT count(*) FROM notification"));
        Assert.Equal(3, Number("SELECT min(offset) FROM notification"));
    }

    [Fact]
    public async Task A_head_stays_while_the_tail_has_something_of_its_channel()
    {
        await ReopenAsync(
            new StoreOptions
            {
                TailAge = TimeSpan.FromHours(1),
                Afterlife = TimeSpan.Zero,
                TrimInterval = TimeSpan.FromMilliseconds(5),
            },
            new ChannelOptions { HistoryTtl = TimeSpan.FromMilliseconds(1) });
        var channel = await Store.ClaimAsync("c").Soon();
        await AppendAsync(channel, 1, 2);
        Run(File, "UPDATE channel SET last_at = 0");
        Store.Release(channel);
        var other = await Store.ClaimAsync("other").Soon();
        Store.Release(other);

        // The other channel is removed, so the trimmer has run.
        await Eventually.HoldsAsync(
            () => Task.FromResult(Number("SELECT count(*) FROM channel WHERE name = CAST('other' AS BLOB)") == 0),
            "Nothing was trimmed.");
        Assert.Equal(channel.Head with { Offset = 2 }, (await Store.ClaimAsync("c").Soon()).Head);
    }

    [Fact]
    public async Task What_was_trimmed_before_a_crash_leaves_the_tail_too()
    {
        await ReopenAsync(new StoreOptions { TailAge = TimeSpan.FromHours(1) });
        await AppendAsync(await Store.ClaimAsync("c").Soon(), 1, 2);
        await Store.DisposeAsync();
        Run(File, "UPDATE channel SET floor = 2");

        await ReopenAsync(new StoreOptions { TrimInterval = TimeSpan.FromMilliseconds(5) });

        await Eventually.HoldsAsync(() => Task.FromResult(Number("SELECT count(*) FROM tail") == 0), "The tail was not emptied.");
        Assert.Equal(0, Number("SELECT count(*) FROM notification"));
        Assert.Equal(2, (await Store.ClaimAsync("c").Soon()).Head.Offset);
    }

    [Fact]
    public async Task A_tail_that_cannot_be_read_is_named()
    {
        await Store.DisposeAsync();
        Run(File, "INSERT INTO tail VALUES (1, 0, CAST('no batch' AS BLOB))");

        await FailsToOpenAsync(File, "restore it from a backup");
    }
}

using System.Diagnostics;
using System.Text;
using Notify.Broker;
using Notify.Broker.Channels;
using Notify.Broker.History;

namespace Notify.Storage.Tests;

/// <summary>Tests the guarantees of every durable store.</summary>
public abstract partial class StoreTests : IAsyncLifetime
{
    private IHistoryStore? _store;

    protected IHistoryStore Store => _store!;

    internal TestLog Log { get; } = new();

    public virtual async Task InitializeAsync() => _store = await OpenAsync(new StoreOptions());

    public virtual async Task DisposeAsync()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_new_channel_begins_with_an_epoch_of_its_own()
    {
        var first = await Store.ClaimAsync("a").Soon();
        var second = await Store.ClaimAsync("b").Soon();

        Assert.Equal(0, first.Head.Offset);
        Assert.NotEqual(first.Head.Epoch, second.Head.Epoch);
        Assert.Empty(first.Recent);
    }

    [Fact]
    public async Task What_was_kept_is_read_by_the_next_owner_and_goes_on_with_the_same_epoch()
    {
        var channel = await Store.ClaimAsync("c").Soon();
        var sent = await AppendAsync(channel, 1, 5);

        await ReopenAsync();
        var again = await Store.ClaimAsync("c").Soon();

        Assert.Equal(channel.Head with { Offset = 5 }, again.Head);
        Assert.Equal(sent.Select(each => (each.Id, each.Offset)), again.Recent);
        var page = await Store.ReadAsync(again, 0, 5, 1 << 20).Soon();
        Assert.Equal(0, page.From);
        Assert.Equal(sent.Select(Text), page.Notifications!.Select(Text));
        await AppendAsync(again, 6, 1);
    }

    [Fact]
    public async Task The_empty_name_is_a_name_like_any_other()
    {
        Assert.False((await Store.LookAsync("").Soon()).IsKnown);
        var channel = await Store.ClaimAsync("").Soon();
        var key = new IdempotencyKey("k", 0);
        Assert.Equal(AppendOutcome.Stored, await Store.AppendAsync(channel, Notification(channel, 1), key).Soon());
        await AppendAsync(channel, 2, 2);
        await Store.ClaimAsync("a").Soon();
        await Store.ClaimAsync("\0").Soon();

        for (var round = 0; round < 2; round++)
        {
            Assert.Equal(["", "\0", "a"], await NamesAsync("", null, 10));
            Assert.Equal([""], await NamesAsync("", null, 1));
            Assert.Equal(["\0", "a"], await NamesAsync("", "", 10));
            Assert.Equal(["a"], await NamesAsync("a", "", 10));
            Assert.Equal(3, (await Store.ListAsync("", null, 1).Soon())[0].Head.Offset);
            Assert.True((await Store.LookAsync("").Soon()).IsKnown);
            var again = await Store.ClaimAsync("").Soon();
            Assert.Equal(channel.Head with { Offset = 3 }, again.Head);
            Assert.Equal([1, 2, 3], Offsets(await Store.ReadAsync(again, 0, 3, 1 << 20).Soon()));
            Assert.Equal(1, (await Store.FindAsync(again, key).Soon())?.Position.Offset);
            await ReopenAsync();
        }
    }

    [Fact]
    public async Task Looking_at_channels_that_are_not_known_makes_none_of_them_known()
    {
        var looked = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Store.LookAsync($"nobody {i}"))).Soon();

        Assert.All(looked, channel => Assert.Equal((false, 0L), (channel.IsKnown, channel.Head.Offset)));
        Assert.Equal(200, looked.Select(channel => channel.Head.Epoch).Distinct().Count());
        Assert.Empty(await Store.ListAsync("", null, 10).Soon());
        Assert.Equal((0, 0), await PageAsync(looked[0], 0));
        Assert.Equal((0, 0), await PageAsync(looked[0], StoredPage.Earliest));
        Assert.Null((await Store.ReadAsync(looked[0], 3, 5, 1 << 20).Soon()).Notifications);
        Store.Release(looked[0]);
    }

    [Fact]
    public async Task A_channel_that_begins_goes_on_from_the_position_that_was_given_before()
    {
        var looked = await Store.LookAsync("c").Soon();
        var begun = await Store.BeginAsync(looked).Soon();
        Assert.Equal((true, looked.Head), (begun.IsKnown, begun.Head));
        await AppendAsync(begun, 1, 2);

        await ReopenAsync();
        var again = await Store.LookAsync("c").Soon();

        Assert.Equal((true, looked.Head with { Offset = 2 }), (again.IsKnown, again.Head));
        await AppendAsync(again, 3, 1);
        Assert.Equal(AppendOutcome.Fenced, await Store.AppendAsync(begun, Notification(begun, 3, "of a former owner"), null).Soon());
    }

    [Fact]
    public async Task Of_two_who_begin_a_channel_the_second_finds_what_the_first_made_of_it()
    {
        var first = await Store.LookAsync("c").Soon();
        var second = await Store.LookAsync("c").Soon();
        await AppendAsync(await Store.BeginAsync(first).Soon(), 1, 1);

        Assert.Equal(first.Head with { Offset = 1 }, (await Store.BeginAsync(second).Soon()).Head);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nul \0, é, €, 😀, \"quotes\", ' and \\")]
    [InlineData("\\ud800 and what a lone surrogate becomes: \uFFFD")]
    public async Task Names_and_payloads_are_bytes(string text)
    {
        var channel = await Store.ClaimAsync(text).Soon();
        var sent = Notification(channel, 1, text);
        Assert.Equal(AppendOutcome.Stored, await Store.AppendAsync(channel, sent, null).Soon());

        var again = await Store.ClaimAsync(text).Soon();

        Assert.Equal(1, again.Head.Offset);
        Assert.Equal(text, again.Name);
        Assert.Equal(Text(sent), Text(Assert.Single((await Store.ReadAsync(again, 0, 1, 1 << 20).Soon()).Notifications!)));
    }

    [Fact]
    public async Task A_former_owner_keeps_nothing_more_whether_or_not_the_next_has_written()
    {
        var former = await Store.ClaimAsync("c").Soon();
        await AppendAsync(former, 1, 2);
        var next = await Store.ClaimAsync("c").Soon();

        Assert.Equal(AppendOutcome.Fenced, await Store.AppendAsync(former, Notification(former, 3), null).Soon());
        await AppendAsync(next, 3, 1);
        Assert.Equal(AppendOutcome.Fenced, await Store.AppendAsync(former, Notification(former, 4), null).Soon());

        Assert.Equal(3, (await Store.ClaimAsync("c").Soon()).Head.Offset);
    }

    [Fact]
    public async Task Nothing_that_follows_a_hole_is_kept()
    {
        var channel = await Store.ClaimAsync("c").Soon();
        await AppendAsync(channel, 1, 1);

        var appends = new[] { 3L, 4, 5 }.Select(offset => Store.AppendAsync(channel, Notification(channel, offset), null)).ToList();

        Assert.All(await Task.WhenAll(appends).Soon(), outcome => Assert.Equal(AppendOutcome.Fenced, outcome));
        Assert.Equal(1, (await Store.ClaimAsync("c").Soon()).Head.Offset);
    }

    [Fact]
    public async Task Appends_of_many_channels_under_way_at_once_are_each_kept_in_their_order()
    {
        var channels = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Store.ClaimAsync($"c{i}"))).Soon();
        var appends = new List<Task<AppendOutcome>>();
        for (var offset = 1; offset <= 40; offset++)
        {
            appends.AddRange(channels.Select(channel => Store.AppendAsync(channel, Notification(channel, offset), null)));
        }

        Assert.All(await Task.WhenAll(appends).Soon(), outcome => Assert.Equal(AppendOutcome.Stored, outcome));
        foreach (var channel in channels)
        {
            var page = await Store.ReadAsync(channel, 0, 40, 1 << 20).Soon();
            Assert.Equal(Enumerable.Range(1, 40).Select(offset => (long)offset), page.Notifications!.Select(each => each.Offset));
        }
    }

    [Fact]
    public async Task A_page_ends_where_its_bytes_are_full_and_holds_at_least_one()
    {
        var channel = await Store.ClaimAsync("c").Soon();
        await AppendAsync(channel, 1, 10);

        Assert.Equal([1], Offsets(await Store.ReadAsync(channel, 0, 10, 1).Soon()));
        Assert.Equal([4, 5], Offsets(await Store.ReadAsync(channel, 3, 5, 1 << 20).Soon()));
        Assert.InRange((await Store.ReadAsync(channel, 0, 10, 500).Soon()).Notifications!.Count, 2, 3);
    }

    [Fact]
    public async Task A_key_is_found_with_its_first_result_also_by_the_next_owner()
    {
        var key = new IdempotencyKey("order 7 é", 1);
        var channel = await Store.ClaimAsync("c").Soon();
        Assert.Null(await Store.FindAsync(channel, key).Soon());
        var sent = Notification(channel, 1);
        Assert.Equal(AppendOutcome.Stored, await Store.AppendAsync(channel, sent, key).Soon());

        await ReopenAsync();
        var again = await Store.ClaimAsync("c").Soon();

        Assert.Equal(new IdempotencyRecord(sent.Id, sent.Position), await Store.FindAsync(again, key).Soon());
        Assert.Null(await Store.FindAsync(again, key with { Occurrence = 0 }).Soon());
        Assert.Null(await Store.FindAsync(await Store.ClaimAsync("d").Soon(), key).Soon());
    }

    [Fact]
    public async Task Channels_are_listed_by_prefix_in_pages()
    {
        foreach (var name in new[] { "user:1", "user:2", "user:10", "other", "user:\uFF5E", "user:\U0001F600" })
        {
            await AppendAsync(await Store.ClaimAsync(name).Soon(), 1, 1);
        }

        var all = await Store.ListAsync("user:", null, 100).Soon();
        var page = await Store.ListAsync("user:", "user:1", 2).Soon();

        Assert.Equal(["user:1", "user:10", "user:2", "user:\uFF5E", "user:\U0001F600"], all.Select(channel => channel.Name));
        Assert.Equal(["user:10", "user:2"], page.Select(channel => channel.Name));
        Assert.All(all, channel => Assert.Equal(1, channel.Head.Offset));
        Assert.Equal(6, (await Store.ListAsync("", null, 100).Soon()).Count);
    }

    [Fact]
    public async Task What_is_too_much_is_trimmed_from_its_beginning_and_a_reader_hears_of_it()
    {
        await ReopenAsync(
            new StoreOptions { Grace = TimeSpan.Zero, TrimInterval = TimeSpan.FromMilliseconds(10) },
            new ChannelOptions { HistorySize = 10 });
        var channel = await Store.ClaimAsync("c").Soon();
        await AppendAsync(channel, 1, 50);

        await Eventually.HoldsAsync(
            async () => (await Store.ReadAsync(channel, StoredPage.Earliest, 50, 1 << 20)).From == 40,
            "The history was not trimmed.");

        Assert.Equal([41, 42, 43], Offsets(await Store.ReadAsync(channel, StoredPage.Earliest, 43, 1 << 20).Soon()));
        Assert.Equal([41], Offsets(await Store.ReadAsync(channel, 40, 41, 1 << 20).Soon()));
        var gone = await Store.ReadAsync(channel, 39, 50, 1 << 20).Soon();
        Assert.Null(gone.Notifications);
        Assert.Equal(40, gone.From);
        await AppendAsync(channel, 51, 1);
    }

    [Fact]
    public async Task What_is_young_is_not_trimmed_for_its_count()
    {
        var began = Stopwatch.GetTimestamp();
        var ttl = TimeSpan.FromMilliseconds(900);
        await ReopenAsync(
            new StoreOptions { TrimInterval = TimeSpan.FromMilliseconds(10) },
            new ChannelOptions { HistorySize = 10, HistoryTtl = ttl, InboxSize = 10, Inboxes = [Pattern("user:*")] });
        var kept = await Store.ClaimAsync("kept").Soon();
        var inbox = await Store.ClaimAsync("user:7").Soon();
        await AppendAsync(kept, 1, 50);
        await AppendAsync(inbox, 1, 50);

        // The trim by age, of one transaction after the other, proves that trims have run in the meantime.
        await Eventually.HoldsAsync(
            async () =>
            {
                var page = await Store.ReadAsync(kept, StoredPage.Earliest, 50, 1 << 20);
                Assert.True(page.From == 0 || Stopwatch.GetElapsedTime(began) >= ttl, $"{page.From}");
                return page.From == 50;
            },
            "What is too old was not trimmed.");
        Assert.Equal(0, (await Store.ReadAsync(inbox, StoredPage.Earliest, 50, 1 << 20).Soon()).From);
    }

    [Fact]
    public async Task A_claim_names_the_newest_notification_however_old_it_is()
    {
        var channel = await Store.ClaimAsync("c").Soon();
        Assert.Null(channel.Newest);
        var sent = await AppendAsync(channel, 1, 3);

        await ReopenAsync(channels: new ChannelOptions { SendTimeout = TimeSpan.Zero });

        var again = await Store.ClaimAsync("c").Soon();
        Assert.Equal(sent[^1].Id, again.Newest);
        Assert.Empty(again.Recent);
    }

    internal static Notification Notification(ClaimedChannel channel, long offset, string? text = null) => new(
        channel.Name,
        channel.Head with { Offset = offset },
        new PublishId(Guid.NewGuid(), (int)offset % 3),
        1_700_000_000_000 + offset,
        Encoding.UTF8.GetBytes(text ?? $"\"{offset}\""));

    protected static string Text(Notification notification) =>
        $"{notification.Channel}|{notification.Position}|{notification.Id}|{notification.At}|"
        + Encoding.UTF8.GetString(notification.Payload.Span);

    protected static IEnumerable<long> Offsets(StoredPage page) => page.Notifications!.Select(each => each.Offset);

    /// <summary>Opens a store on this test's database, like another process.</summary>
    private async Task<(long From, int Count)> PageAsync(ClaimedChannel channel, long after)
    {
        var page = await Store.ReadAsync(channel, after, 5, 1 << 20).Soon();
        return (page.From, page.Notifications!.Count);
    }

    private async Task<IEnumerable<string>> NamesAsync(string prefix, string? after, int limit) =>
        (await Store.ListAsync(prefix, after, limit).Soon()).Select(channel => channel.Name);

    protected abstract Task<IHistoryStore> OpenAsync(StoreOptions options, ChannelOptions? channels = null);

    protected async Task ReopenAsync(StoreOptions? options = null, ChannelOptions? channels = null)
    {
        await Store.DisposeAsync();
        _store = await OpenAsync(options ?? new StoreOptions(), channels);
    }

    protected async Task<IReadOnlyList<Notification>> AppendAsync(ClaimedChannel channel, long first, int count)
    {
        var sent = Enumerable.Range(0, count).Select(i => Notification(channel, first + i)).ToList();
        Assert.All(
            await Task.WhenAll(sent.Select(each => Store.AppendAsync(channel, each, null))).Soon(),
            outcome => Assert.Equal(AppendOutcome.Stored, outcome));
        return sent;
    }
}

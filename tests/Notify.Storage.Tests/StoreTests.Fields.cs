using System.Text;
using Notify.Broker.Channels;
using Notify.Broker.History;

namespace Notify.Storage.Tests;

/// <summary>Tests how fields beside notifications are stored, and how content is overwritten and erased (P26).</summary>
public abstract partial class StoreTests
{
    protected const string Fields = """{"category":"comments","silent":true}""";
    private const string Secret = "the secret of the seventh user";

    [Fact]
    public async Task Fields_beside_a_notification_are_stored_with_it()
    {
        await ReopenAsync(channels: WithInboxes);
        var channel = await Store.ClaimAsync("user:7").Soon();
        await AppendAsync(channel, 1, 1);
        Assert.Equal(AppendOutcome.Stored, await Store.AppendAsync(channel, Fielded(channel, 2), null).Soon());
        await AppendAsync(channel, 3, 1);
        await CheckAsync();

        // From the tail that the former process left, and from the table.
        await ReopenAsync(channels: WithInboxes);
        channel = await Store.ClaimAsync("user:7").Soon();
        await CheckAsync();
        await CompactAsync(channel);
        await CheckAsync();

        async Task CheckAsync() => Assert.Equal(
            ["", Fields, ""],
            (await AllAsync(channel)).Take(3).Select(each => Encoding.UTF8.GetString(each.Meta.Span)));
    }

    [Fact]
    public async Task A_publish_and_the_marks_that_it_changes_are_stored_both_or_not_at_all()
    {
        await ReopenAsync(channels: WithInboxes);
        var channel = await Store.ClaimAsync("user:7").Soon();
        await AppendAsync(channel, 1, 1);
        Task<AppendOutcome>[] writes =
        [
            Store.SaveInboxAsync(channel, new StoredInbox(1, [1]), 1),
            Store.AppendAsync(channel, Notification(channel, 2), null, new StoredInbox(2, [2]), null),
            Store.AppendAsync(channel, Notification(channel, 3), null),
            Store.SaveInboxAsync(channel, new StoredInbox(3, [3]), 3),
            Store.AppendAsync(channel, Notification(channel, 4), new IdempotencyKey("k", 0), new StoredInbox(4, [4]), null),
        ];
        Assert.All(await Task.WhenAll(writes).Soon(), outcome => Assert.Equal(AppendOutcome.Stored, outcome));

        // The marks do not follow those that are stored, so the notification is not stored either, and none after it.
        writes =
        [
            Store.AppendAsync(channel, Notification(channel, 5), null, new StoredInbox(6, [6]), null),
            Store.AppendAsync(channel, Notification(channel, 6), null),
        ];
        Assert.All(await Task.WhenAll(writes).Soon(), outcome => Assert.Equal(AppendOutcome.Fenced, outcome));

        var again = await Store.ClaimAsync("user:7").Soon();
        Assert.Equal((4L, 4L), (again.Head.Offset, again.Inbox!.Revision));
        Assert.Equal([4], again.Inbox.State);
        Assert.Equal(4, (await Store.FindAsync(again, new IdempotencyKey("k", 0)).Soon())!.Position.Offset);
        Assert.Equal(
            AppendOutcome.Fenced,
            await Store.AppendAsync(channel, Notification(channel, 5), null, new StoredInbox(5, [5]), null).Soon());
        Assert.Equal((4L, 4L), ((await Store.ClaimAsync("user:7").Soon()).Head.Offset, again.Inbox.Revision));
    }

    [Fact]
    public async Task Recalled_content_is_overwritten_and_its_bytes_are_gone()
    {
        await ReopenAsync(channels: WithInboxes);
        var channel = await Store.ClaimAsync("user:7").Soon();
        await AppendAsync(channel, 1, 1);
        await Store.AppendAsync(channel, Fielded(channel, 2, Secret), null).Soon();
        await CompactAsync(channel);
        var last = (await Store.ClaimAsync("user:7").Soon()).Head.Offset;
        channel = await Store.ClaimAsync("user:7").Soon();

        // One in the table, one that is in the tail, and one that is stored together with its recall.
        await Store.AppendAsync(channel, Fielded(channel, last + 1, Secret), null).Soon();
        Assert.True(await HasBytesAsync(Secret));
        var recall = new[]
        {
            Store.AppendAsync(channel, Fielded(channel, last + 2, Secret), null),
            Store.SaveInboxAsync(channel, new StoredInbox(1, [1]), last + 2, [2, last + 1, last + 2]),
            Store.AppendAsync(channel, Notification(channel, last + 3), null),
        };
        Assert.All(await Task.WhenAll(recall).Soon(), outcome => Assert.Equal(AppendOutcome.Stored, outcome));

        var page = await AllAsync(channel);
        Assert.Equal(Enumerable.Range(1, (int)last + 3).Select(i => (long)i), page.Select(each => each.Offset));
        Assert.Equal([2, last + 1, last + 2], page.Where(each => Content(each) == "null").Select(each => each.Offset));
        Assert.All(page, each => Assert.True(each.Meta.IsEmpty));
        Assert.False(await HasBytesAsync(Secret));
    }

    [Fact]
    public async Task A_recall_of_a_former_owner_overwrites_nothing()
    {
        await ReopenAsync(channels: WithInboxes);
        var former = await Store.ClaimAsync("user:7").Soon();
        await Store.AppendAsync(former, Fielded(former, 1, Secret), null).Soon();
        var owner = await Store.ClaimAsync("user:7").Soon();
        Assert.Equal(AppendOutcome.Fenced, await Store.SaveInboxAsync(former, new StoredInbox(1, [1]), 1, [1]).Soon());
        Assert.Equal($"\"{Secret}\"", Content(Assert.Single(await AllAsync(owner))));
    }

    [Fact]
    public async Task An_erased_channel_is_empty_and_begins_a_new_epoch()
    {
        await ReopenAsync(channels: WithInboxes);
        var channel = await Store.ClaimAsync("user:7").Soon();
        var other = await Store.ClaimAsync("user:8").Soon();
        await AppendAsync(other, 1, 2);
        var key = new IdempotencyKey("k", 0);
        await Store.AppendAsync(channel, Fielded(channel, 1, Secret), key, new StoredInbox(1, [1]), null).Soon();
        await CompactAsync(other);
        await Store.AppendAsync(channel, Fielded(channel, 2, Secret), null).Soon();
        Assert.True(await HasBytesAsync(Secret));

        Assert.True(await Store.EraseAsync(channel).Soon());
        Assert.False(await HasBytesAsync(Secret));
        Assert.False(await Store.EraseAsync(channel).Soon());
        Assert.Equal(AppendOutcome.Fenced, await Store.AppendAsync(channel, Notification(channel, 3), null).Soon());

        var again = await Store.ClaimAsync("user:7").Soon();
        Assert.NotEqual(channel.Head.Epoch, again.Head.Epoch);
        Assert.Equal((0L, 0L, null), (again.Head.Offset, again.Floor, again.Inbox));
        Assert.Null(await Store.FindAsync(again, key).Soon());
        await AppendAsync(again, 1, 3);
        Assert.Equal(AppendOutcome.Stored, await Store.SaveInboxAsync(again, new StoredInbox(1, [7]), 3).Soon());

        await ReopenAsync(channels: WithInboxes);
        var reopened = await Store.ClaimAsync("user:7").Soon();
        Assert.Equal(again.Head with { Offset = 3 }, reopened.Head);
        Assert.Equal([1L, 2, 3], (await AllAsync(reopened)).Select(each => each.Offset));
    }

    /// <summary>Returns whether a text is anywhere in the database.</summary>
    protected abstract Task<bool> HasBytesAsync(string text);

    /// <summary>Has everything that was stored before moved to where it stays.</summary>
    protected virtual Task CompactAsync(ClaimedChannel channel) => Task.CompletedTask;

    protected async Task<IReadOnlyList<Notification>> AllAsync(ClaimedChannel channel) =>
        (await Store.ReadAsync(channel, 0, long.MaxValue, 1 << 20).Soon()).Notifications!;

    private static string Content(Notification notification) => Encoding.UTF8.GetString(notification.Payload.Span);

    protected static Notification Fielded(ClaimedChannel channel, long offset, string text = "hello") =>
        Notification(channel, offset, $"\"{text}\"").With(Encoding.UTF8.GetBytes(Fields));
}

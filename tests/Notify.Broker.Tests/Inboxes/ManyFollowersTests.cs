using Notify.Broker.Inboxes;
using Notify.Broker.Tests.Clustering;
using Notify.Protocol.Tokens;
using Xunit.Abstractions;

namespace Notify.Broker.Tests.Inboxes;

/// <summary>Tests that an announcement costs one write, however many users have it in their inboxes.</summary>
public sealed class ManyFollowersTests(ITestOutputHelper output)
{
    private const string Name = "announce:all";
    private const int Users = 10_000;

    [Fact]
    public async Task An_announcement_to_ten_thousand_users_is_one_write_and_a_mark_changes_no_other_number()
    {
        var store = new CountingStore();
        var channels = new ChannelOptions { Inboxes = [ChannelPattern.Of("user:*")], Announcements = [ChannelPattern.Of("announce:*")] };
        await using var node = Assert.Single(HostedNode.Create(1, store: store, channels: channels));
        await node.StartAsync();
        var inboxes = node.Broker.Inboxes;
        await node.SendAsync(Name, "1");
        await FollowAllAsync(inboxes);
        Assert.Equal((1, Users), store.Writes);

        // Nobody is noted twice.
        await FollowAllAsync(inboxes);
        Assert.Equal((1, Users), store.Writes);

        await node.SendAsync(Name, "2");
        Assert.Equal((2, Users), store.Writes);
        Assert.All(await CountAsync(inboxes), unread => Assert.Equal(2, unread));
        Assert.Equal((2, Users), store.Writes);

        var marked = await inboxes.MarkAsync(
            Channel(4711), [new InboxMarkRequest(InboxMarkKind.Read, null, null, [], IsAll: true) { Of = Name }]);
        Assert.Equal((InboxMarkOutcome.Marked, 2L), (marked!.Outcome, marked.Changed));
        Assert.Equal((2, Users + 1), store.Writes);
        var counts = await CountAsync(inboxes);
        Assert.Equal(0, counts[4711]);
        Assert.Equal(Users - 1, counts.Count(unread => unread == 2));
        output.WriteLine($"{Users} users, {store.Writes.Appends} notifications and {store.Writes.Saves} rows of marks written.");
    }

    private static string Channel(int user) => $"user:{user}";

    private static Task FollowAllAsync(InboxQueries inboxes) => Parallel.ForAsync(
        0, Users, async (user, _) => Assert.True(await inboxes.Announcements.FollowAsync(Channel(user), [Name], mayCreate: true)));

    private static async Task<long[]> CountAsync(InboxQueries inboxes)
    {
        var counts = new long[Users];
        await Parallel.ForAsync(0, Users, async (user, _) =>
        {
            var head = Assert.Single((await inboxes.Announcements.FindAsync([Name]))!);
            var page = await inboxes.ReadAsync(Channel(user), InboxFilter.Listed, before: 0, limit: 0);
            counts[user] = InboxFormat.Decode(page!.State.Span, page.Revision, 200).Follows.Find(head).Count(head).Unread;
        });
        return counts;
    }
}

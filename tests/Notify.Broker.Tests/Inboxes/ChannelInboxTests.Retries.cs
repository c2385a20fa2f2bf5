using Akka.Actor;
using Notify.Broker.Inboxes;
using Notify.Broker.Messages;

namespace Notify.Broker.Tests.Inboxes;

/// <summary>Tests requests to mark that arrive again, because their answer was late or lost (P20).</summary>
public sealed partial class ChannelInboxTests
{
    private static readonly InboxMarkRequest ReadAll = new(InboxMarkKind.Read, null, null, [], IsAll: true);

    [Fact]
    public async Task A_request_that_arrives_again_is_answered_again_and_marks_nothing_that_came_meanwhile()
    {
        var inbox = Start(_store);
        await PublishAsync(inbox, 2);
        var request = new MarkInbox(Name, [ReadAll]);
        var first = await inbox.Ask<InboxMarked>(request, Limit);
        await PublishAsync(inbox, 1);

        var again = await inbox.Ask<InboxMarked>(request, Limit);

        Assert.Equal(Marked(offset: 2, revision: 1, new(0, 0, 2, 0), changed: 2), again);
        Assert.Equal(first, again);
        Assert.Equal(new InboxCounts(1, 1, 3, 0), await CountAsync(inbox, 3));
        Assert.Single(_store.Saved);

        var next = await inbox.Ask<InboxMarked>(new MarkInbox(Name, [ReadAll]), Limit);
        Assert.Equal(Marked(offset: 3, revision: 2, new(0, 0, 3, 0), changed: 1), next);
    }

    [Fact]
    public async Task A_request_that_arrives_again_before_it_is_stored_is_answered_once_it_is()
    {
        var inbox = Start(_store);
        await PublishAsync(inbox, 1);
        _store.IsHolding = true;
        var request = new MarkInbox(Name, [ReadAll]);
        var (gone, waiting) = (CreateTestProbe(), CreateTestProbe());
        inbox.Tell(request, gone);
        inbox.Tell(NewPublish("2"), CreateTestProbe());
        inbox.Tell(request, waiting);
        await AwaitAssertAsync(() => Assert.Equal(2, _store.Held));

        _store.LetThrough();
        _store.LetThrough();

        var answer = await waiting.ExpectMsgAsync<InboxMarked>();
        Assert.Equal(Marked(offset: 1, revision: 1, new(0, 0, 1, 0), changed: 1), answer);
        Assert.Equal(new InboxCounts(1, 1, 2, 0), await CountAsync(inbox, 2));
    }

    [Fact]
    public async Task A_request_that_arrives_again_does_not_look_up_its_items_again()
    {
        var inbox = Start(_store);
        var ids = await PublishAsync(inbox, 1);
        var request = new MarkInbox(Name, [new(InboxMarkKind.Read, null, null, [ids[0].ToString()], IsAll: false)]);
        var first = await inbox.Ask<InboxMarked>(request, Limit);
        Assert.Equal(1, first.Changed);
        var reads = _store.Reads;

        Assert.Equal(first, await inbox.Ask<InboxMarked>(request, Limit));

        Assert.Equal(reads, _store.Reads);
    }

    [Fact]
    public void Requests_are_forgotten_after_a_while_and_when_there_are_many()
    {
        var recent = new RecentMarks(window: 10);
        var ids = Enumerable.Range(0, RecentMarks.Max + 1).Select(static _ => Guid.NewGuid()).ToList();
        Assert.All(ids, id => Assert.True(recent.TryBegin(id, Nobody.Instance, now: 0, out _)));
        Assert.Equal((RecentMarks.Max, 10L), (recent.Count, recent.ForgetAt));
        Assert.False(recent.TryBegin(ids[^1], Nobody.Instance, now: 9, out _));
        Assert.True(recent.TryBegin(ids[0], Nobody.Instance, now: 9, out _));

        recent.Forget(10);
        Assert.Equal(1, recent.Count);
        recent.Forget(19);
        Assert.Equal(0, recent.Count);
    }
}

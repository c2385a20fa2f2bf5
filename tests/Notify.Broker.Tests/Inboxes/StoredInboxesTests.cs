using System.Text;
using Microsoft.Extensions.Time.Testing;
using Notify.Broker.Channels;
using Notify.Broker.History;
using Notify.Broker.Inboxes;
using Notify.Broker.Messages;
using Notify.Broker.Metrics;
using Notify.Protocol.Tokens;

namespace Notify.Broker.Tests.Inboxes;

/// <summary>Tests how inboxes are read from the store without their owners.</summary>
public sealed class StoredInboxesTests
{
    private const string Name = "user:7";
    private const int Size = 8;

    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1000));
    private readonly HeldStore _store = new();
    private readonly StoredInboxes _inboxes;

    public StoredInboxesTests()
    {
        Assert.True(ChannelPattern.TryParse("user:*", out var pattern));
        _inboxes = new StoredInboxes(
            _store, new ChannelOptions { Inboxes = [pattern], InboxSize = Size }, new BrokerMetrics(), _time);
    }

    [Fact]
    public async Task What_has_expired_counts_no_longer_before_an_owner_removes_it()
    {
        await AppendAsync(2);
        var state = new InboxState(Size).Append(1, new ItemEffects(Key: null, ExpiresAt: 1010, IsSilent: false))!;
        _store.Inbox = new StoredInbox(1, InboxFormat.Encode(state));

        Assert.Equal((1, 2, "2,1"), await ReadAsync());
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal((1, 1, "2"), await ReadAsync());
        Assert.Empty(_store.Saved);
    }

    [Fact]
    public async Task Items_of_a_channel_that_was_no_inbox_are_read()
    {
        await AppendAsync(3);
        _store.Kind = ChannelKind.Plain;
        Assert.Equal((1, 0, "3,2,1"), await ReadAsync());
        Assert.Empty(_store.Saved);
    }

    [Fact]
    public async Task Items_end_at_the_size_and_at_the_floor_of_the_store()
    {
        await AppendAsync(12);
        Assert.Equal((0, 8, "12,11,10,9,8,7,6,5"), await ReadAsync());
        _store.Floor = 9;
        Assert.Equal((0, 3, "12,11,10"), await ReadAsync());
    }

    [Fact]
    public async Task A_channel_that_is_no_inbox_is_named_so()
    {
        var page = await _inboxes.ReadAsync(new ReadInbox("news", InboxFilter.Listed, long.MaxValue, 10));
        Assert.False(page.IsInbox);
    }

    private async Task AppendAsync(int count)
    {
        var channel = await _store.ClaimAsync(Name);
        for (var offset = 1; offset <= count; offset++)
        {
            var id = new PublishId(Guid.NewGuid(), 0);
            await _store.AppendAsync(
                channel, new Notification(Name, new Position("e", offset), id, 0, Encoding.UTF8.GetBytes("1")), null);
        }
    }

    private async Task<(long Revision, long Unread, string Offsets)> ReadAsync()
    {
        var page = await _inboxes.ReadAsync(new ReadInbox(Name, InboxFilter.Listed, long.MaxValue, 100));
        var counts = InboxFormat.Decode(page.State.Span, page.Revision, Size).Count(page.Head.Offset);
        return (page.Revision, counts.Unread, string.Join(',', page.Items.Select(item => item.Offset)));
    }
}

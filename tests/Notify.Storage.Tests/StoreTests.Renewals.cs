using Microsoft.Extensions.Logging;
using Notify.Broker.Channels;
using Notify.Broker.History;

namespace Notify.Storage.Tests;

/// <summary>Tests the renewal of epochs.</summary>
public abstract partial class StoreTests
{
    [Fact]
    public async Task New_epochs_are_new_for_channels_that_are_not_known_too()
    {
        var looked = await Store.LookAsync("c").Soon();
        await Store.RenewEpochsAsync().Soon();
        var again = await Store.LookAsync("c").Soon();
        Assert.False(InitialEpoch.AreOfOneChannel(looked.Head.Epoch, again.Head.Epoch));

        await ReopenAsync();
        Assert.Equal(again.Head, (await Store.LookAsync("c").Soon()).Head);
    }

    [Fact]
    public async Task A_position_of_another_life_is_not_read()
    {
        var channel = await Store.ClaimAsync("c").Soon();
        await AppendAsync(channel, 1, 3);
        await Store.RenewEpochsAsync().Soon();

        var page = await Store.ReadAsync(channel, 0, 3, 1 << 20).Soon();

        Assert.Null(page.Notifications);
        Assert.Equal(AppendOutcome.Fenced, await Store.AppendAsync(channel, Notification(channel, 4), null).Soon());
        Assert.NotEqual(channel.Head.Epoch, (await Store.ClaimAsync("c").Soon()).Head.Epoch);
    }

    [Fact]
    public async Task A_channel_that_has_less_than_was_told_gets_a_new_epoch_and_another_owner()
    {
        var channel = await Store.ClaimAsync("c").Soon();
        await AppendAsync(channel, 1, 3);

        Assert.True(await Store.RenewLostAsync("c", new KnownNotification(channel.Head with { Offset = 4 }, null)).Soon());

        Assert.Equal(AppendOutcome.Fenced, await Store.AppendAsync(channel, Notification(channel, 4), null).Soon());
        var after = await Store.ClaimAsync("c").Soon();
        Assert.NotEqual(channel.Head.Epoch, after.Head.Epoch);
        Assert.Equal(3, after.Head.Offset);
        Assert.Contains(
            "end of channel c ",
            Assert.Single(Log.Lines, line => line.Level == LogLevel.Warning).Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_channel_that_has_another_notification_than_the_one_that_was_told_gets_a_new_epoch()
    {
        var channel = await Store.ClaimAsync("c").Soon();
        await AppendAsync(channel, 1, 3);

        Assert.True(
            await Store.RenewLostAsync("c", new KnownNotification(channel.Head with { Offset = 2 }, new PublishId(Guid.NewGuid(), 0)))
                .Soon());

        Assert.NotEqual(channel.Head.Epoch, (await Store.ClaimAsync("c").Soon()).Head.Epoch);
    }

    [Fact]
    public async Task A_channel_that_has_what_was_told_keeps_its_epoch_and_its_owner()
    {
        var channel = await Store.ClaimAsync("c").Soon();
        var sent = await AppendAsync(channel, 1, 3);

        foreach (var notification in sent)
        {
            Assert.False(await Store.RenewLostAsync("c", new KnownNotification(notification.Position, notification.Id)).Soon());
        }

        Assert.False(await Store.RenewLostAsync("c", new KnownNotification(new Position("another", 9), null)).Soon());
        await AppendAsync(channel, 4, 1);
        Assert.DoesNotContain(Log.Lines, line => line.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task A_channel_that_is_not_known_but_was_told_begins_with_another_epoch()
    {
        var unknown = await Store.LookAsync("c").Soon();

        Assert.True(await Store.RenewLostAsync("c", new KnownNotification(unknown.Head with { Offset = 2 }, null)).Soon());

        var after = await Store.ClaimAsync("c").Soon();
        Assert.NotEqual(unknown.Head.Epoch, after.Head.Epoch);
        Assert.Equal(0, after.Head.Offset);
        await AppendAsync(after, 1, 1);
    }
}

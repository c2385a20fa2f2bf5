using Notify.Broker;
using Notify.Broker.History;

namespace Notify.Storage.Tests;

/// <summary>Tests how a store behaves when its clock is set.</summary>
public abstract class ClockJumpTests : IAsyncLifetime
{
    protected static StoreOptions Options { get; } = new()
    {
        Grace = TimeSpan.FromMilliseconds(50),
        TrimInterval = TimeSpan.FromMilliseconds(5),
        LongestPass = TimeSpan.FromMilliseconds(10),
    };

    protected static ChannelOptions Channels { get; } = new() { HistorySize = 20 };

    private static readonly TimeSpan EightDays = TimeSpan.FromDays(8);

    // A channel is trimmed when it exceeds the limit by a quarter.
    private static readonly long Most = Channels.HistorySize * 5 / 4;

    private static readonly IdempotencyKey Key = new("k", 0);

    private IHistoryStore? _store;
    private int _busy;

    internal TestLog Log { get; } = new();

    private IHistoryStore Store => _store!;

    public abstract Task InitializeAsync();

    public virtual async Task DisposeAsync()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_clock_that_was_wrong_for_a_while_has_deleted_nothing()
    {
        await BeginAsync(Options);
        var channel = await KeepAsync(5);
        foreach (var wrong in new[] { EightDays, -EightDays })
        {
            await SetAsync(wrong);
            await SaysAsync(wrong > TimeSpan.Zero ? "ahead" : "back");
            await AppendAsync(channel, 5);
            await TrimmedAsync();
            Assert.Equal(channel.Next, await CountAsync(channel));
            Assert.NotNull(await Store.FindAsync(channel.Claimed, Key).Soon());
            await SetAsync(-wrong);
            await SaysAsync("back where it was");
            await TrimmedAsync();
            Assert.Equal(channel.Next, await CountAsync(channel));
            Assert.NotNull(await Store.FindAsync(channel.Claimed, Key).Soon());
        }
    }

    [Fact]
    public async Task A_clock_that_was_wrong_before_the_start_has_deleted_nothing()
    {
        await BeginAsync(Options);
        var channel = await KeepAsync(5);
        await NotedAsync();
        await Store.DisposeAsync();

        await SetAsync(EightDays);
        await BeginAsync(Options);
        await SaysAsync("Nothing was stored for 8 days");
        await TrimmedAsync();

        var again = await Store.ClaimAsync("c").Soon();
        Assert.Equal(channel.Claimed.Head with { Offset = 5 }, again.Head);
        Assert.Equal(5, (await Store.ReadAsync(again, StoredPage.Earliest, 5, 1 << 20).Soon()).Notifications!.Count);
        Assert.NotNull(await Store.FindAsync(again, Key).Soon());
    }

    [Fact]
    public async Task A_clock_that_stays_counts()
    {
        await BeginAsync(Options with { ClockSettling = TimeSpan.FromMilliseconds(300) });
        var channel = await KeepAsync(5);
        await SetAsync(TimeSpan.FromDays(7.5));

        await Eventually.HoldsAsync(async () => await CountAsync(channel) == 0, "What is too old was not trimmed.");

        await SaysAsync("has stayed where it is");
        await Eventually.HoldsAsync(async () => await Store.FindAsync(channel.Claimed, Key) is null, "The key was not forgotten.");
    }

    [Fact]
    public async Task What_was_stamped_ahead_is_counted_by_its_order()
    {
        await BeginAsync(Options);
        var channel = await KeepAsync(15);
        await SetAsync(TimeSpan.FromHours(6));
        await SaysAsync("ahead");
        await AppendAsync(channel, 30);
        await SetAsync(-TimeSpan.FromHours(6));
        await SaysAsync("back where it was");
        await AppendAsync(channel, 60);

        await Eventually.HoldsAsync(async () => await CountAsync(channel) <= Most, "More is kept than should be.");
    }

    /// <summary>Opens the store on this test's database, with its clock.</summary>
    protected abstract Task<IHistoryStore> OpenAsync(StoreOptions options);

    /// <summary>Sets the clock ahead, or back.</summary>
    protected abstract Task SetAsync(TimeSpan ahead);

    /// <summary>Waits until the time of the last write is recorded.</summary>
    protected virtual Task NotedAsync() => Task.CompletedTask;

    private async Task BeginAsync(StoreOptions options) => _store = await OpenAsync(options);

    private Task SaysAsync(string text) => Eventually.HoldsAsync(
        () => Task.FromResult(Log.Lines.Any(line => line.Text.Contains(text, StringComparison.Ordinal))), $"Nobody said: {text}");

    private async Task<Kept> KeepAsync(int count)
    {
        var kept = new Kept(await Store.ClaimAsync("c").Soon());
        Assert.Equal(AppendOutcome.Stored, await Store.AppendAsync(kept.Claimed, StoreTests.Notification(kept.Claimed, 1), Key).Soon());
        kept.Next = 1;
        await AppendAsync(kept, count - 1);
        return kept;
    }

    private async Task AppendAsync(Kept kept, int count)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.Equal(
                AppendOutcome.Stored,
                await Store.AppendAsync(kept.Claimed, StoreTests.Notification(kept.Claimed, ++kept.Next), null).Soon());
        }
    }

    private async Task<long> CountAsync(Kept kept)
    {
        var page = await Store.ReadAsync(kept.Claimed, StoredPage.Earliest, kept.Next, 1 << 20).Soon();
        return page.Notifications!.Count;
    }

    // The trim of another channel, which exceeds the limit, proves that trims have run.
    private async Task TrimmedAsync()
    {
        // A second one, because the pass over all channels may be over when the first is due.
        for (var round = 0; round < 2; round++)
        {
            var busy = new Kept(await Store.ClaimAsync($"busy-{_busy++}").Soon());
            await AppendAsync(busy, 100);
            await Eventually.HoldsAsync(async () => await CountAsync(busy) <= Most, "The busy channel was not trimmed.");
        }
    }

    private sealed class Kept(ClaimedChannel claimed)
    {
        public ClaimedChannel Claimed { get; } = claimed;

        public long Next { get; set; }
    }
}

using Notify.Broker.History;

namespace Notify.Storage.Tests;

public sealed class SqliteClockJumpTests : ClockJumpTests
{
    private readonly TestFolder _folder = new();
    private readonly WrongTime _time = new();

    public override Task InitializeAsync() => Task.CompletedTask;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    protected override async Task<IHistoryStore> OpenAsync(StoreOptions options)
    {
        var store = HistoryStores.Sqlite(_folder.File("notify.db"), Channels, options with { Time = _time, TailAge = TimeSpan.Zero }, Log);
        await store.OpenAsync(default).Soon();
        return store;
    }

    protected override Task SetAsync(TimeSpan ahead)
    {
        _time.Set(ahead);
        return Task.CompletedTask;
    }

    /// <summary>Provides the machine's clocks, of which a test sets one.</summary>
    private sealed class WrongTime : TimeProvider
    {
        private long _ahead;

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _ahead));

        public void Set(TimeSpan ahead) => Interlocked.Add(ref _ahead, ahead.Ticks);
    }
}

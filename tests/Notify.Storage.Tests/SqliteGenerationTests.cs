using Microsoft.Extensions.Logging;
using Notify.Broker;
using Notify.Broker.Channels;
using Notify.Broker.History;

namespace Notify.Storage.Tests;

/// <summary>Tests a SQLite file that is replaced by an older copy of it.</summary>
public sealed class SqliteGenerationTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly TestLog _log = new();
    private readonly string _file;

    public SqliteGenerationTests()
    {
        _file = _folder.File("notify.db");
    }

    private IEnumerable<string> Warnings => _log.Lines.Where(line => line.Level >= LogLevel.Warning).Select(line => line.Text);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_older_copy_that_is_restored_has_new_epochs(bool isMadeWhileTheServerRuns)
    {
        Position before;
        Position unknown;
        await using (var store = await OpenAsync())
        {
            before = await WriteAsync(store, 3);
            unknown = (await store.LookAsync("unknown").Soon()).Head;
            if (isMadeWhileTheServerRuns)
            {
                Copy("copy");
            }
        }

        if (!isMadeWhileTheServerRuns)
        {
            Copy("copy");
        }

        await using (var store = await OpenAsync())
        {
            await WriteAsync(store, 2);
        }

        Restore("copy");
        Position after;
        await using (var store = await OpenAsync())
        {
            after = (await store.ClaimAsync("c").Soon()).Head;
            Assert.NotEqual(before.Epoch, after.Epoch);
            Assert.Equal(3, after.Offset);
            Assert.NotEqual(unknown, (await store.LookAsync("unknown").Soon()).Head);
        }

        Assert.Contains("an older copy was restored", Assert.Single(Warnings), StringComparison.Ordinal);

        // Logged once.
        await using var next = await OpenAsync();
        Assert.Equal(after, (await next.ClaimAsync("c").Soon()).Head);
        Assert.Single(Warnings);
    }

    [Fact]
    public async Task A_copy_of_before_the_last_start_is_noticed_after_a_crash()
    {
        await using (var store = await OpenAsync())
        {
            await WriteAsync(store, 3);
        }

        Copy("copy");
        await using (var store = await OpenAsync())
        {
            await WriteAsync(store, 2);

            // The state after a crash.
            Copy("crashed");
            File.Copy(_file + ".generation", _folder.File("noted"));
        }

        File.Move(_folder.File("noted"), _file + ".generation", overwrite: true);
        Restore("copy");
        await using (var store = await OpenAsync())
        {
            await store.ClaimAsync("c").Soon();
        }

        Assert.Single(Warnings);
    }

    [Fact]
    public async Task Starts_stops_and_crashes_renew_nothing()
    {
        Position before;
        await using (var store = await OpenAsync())
        {
            before = await WriteAsync(store, 3);
            Copy("crashed");
            File.Copy(_file + ".generation", _folder.File("noted"));
        }

        // A crash.
        Restore("crashed");
        File.Copy(_folder.File("noted"), _file + ".generation", overwrite: true);
        await using (var store = await OpenAsync())
        {
            Assert.Equal(before, (await store.ClaimAsync("c").Soon()).Head);
        }

        // A crash between the writes of the mark in the database and the one beside it.
        var noted = await File.ReadAllTextAsync(_file + ".generation");
        await using (var store = await OpenAsync())
        {
            await store.ClaimAsync("c").Soon();
            Copy("between");
        }

        Restore("between");
        await File.WriteAllTextAsync(_file + ".generation", noted);
        await using (var store = await OpenAsync())
        {
            Assert.Equal(before, (await store.ClaimAsync("c").Soon()).Head);
        }

        Assert.Empty(Warnings);
    }

    [Fact]
    public async Task A_file_that_is_moved_without_what_is_noted_beside_it_has_new_epochs()
    {
        Position before;
        await using (var store = await OpenAsync())
        {
            before = await WriteAsync(store, 3);
        }

        File.Delete(_file + ".generation");

        await using var moved = await OpenAsync();
        Assert.NotEqual(before.Epoch, (await moved.ClaimAsync("c").Soon()).Head.Epoch);
    }

    private static async Task<Position> WriteAsync(IHistoryStore store, int count)
    {
        var channel = await store.ClaimAsync("c").Soon();
        for (var i = 1; i <= count; i++)
        {
            Assert.Equal(
                AppendOutcome.Stored,
                await store.AppendAsync(channel, StoreTests.Notification(channel, channel.Head.Offset + i), null).Soon());
        }

        return channel.Head with { Offset = channel.Head.Offset + count };
    }

    private void Copy(string name)
    {
        foreach (var suffix in new[] { "", "-wal" }.Where(suffix => File.Exists(_file + suffix)))
        {
            File.Copy(_file + suffix, _folder.File(name) + suffix, overwrite: true);
        }
    }

    private void Restore(string name)
    {
        foreach (var suffix in new[] { "", "-wal", "-shm" })
        {
            File.Delete(_file + suffix);
            if (File.Exists(_folder.File(name) + suffix))
            {
                File.Copy(_folder.File(name) + suffix, _file + suffix);
            }
        }
    }

    private async Task<IHistoryStore> OpenAsync()
    {
        var store = HistoryStores.Sqlite(_file, new ChannelOptions(), new StoreOptions(), _log);
        await store.OpenAsync(default).Soon();
        return store;
    }
}

using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Notify.Broker.Histories;

namespace Notify.Storage.Tests;

public sealed class SqliteStoreTests : StoreTests
{
    private readonly TestFolder _folder = new();

    private string File => _folder.File("data/notify.db");

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_second_process_waits_and_then_says_which_file_is_taken()
    {
        var options = new StoreOptions { LockTimeout = TimeSpan.FromMilliseconds(300) };
        await using var second = HistoryStores.Sqlite(File, options, Log);

        var error = await Assert.ThrowsAsync<HistoryStoreException>(() => second.OpenAsync(default).Soon());

        Assert.Contains(File, error.Message, StringComparison.Ordinal);
        Assert.Contains("NOTIFY_STORE", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_process_goes_on_when_the_first_has_gone()
    {
        await using var second = HistoryStores.Sqlite(File, new StoreOptions(), Log);
        var opening = second.OpenAsync(default);
        Assert.False(opening.IsCompleted);

        await Store.DisposeAsync();

        await opening.Soon();
    }

    [Theory]
    [InlineData("no database at all, but long enough to have a header of one hundred bytes, which is what SQLite reads before anything else")]
    [InlineData("SQLite format 3\0 and then nothing that belongs there, for more than a page of it")]
    public async Task A_file_that_is_no_database_is_named_and_left_as_it_is(string content)
    {
        var file = _folder.File("other.db");
        await System.IO.File.WriteAllTextAsync(file, content);

        await FailsToOpenAsync(file, "restore it from a backup");

        Assert.Equal(content, await System.IO.File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task Another_programs_database_is_named_and_left_as_it_is()
    {
        var file = _folder.File("other.db");
        Run(file, "CREATE TABLE theirs (x); PRAGMA user_version = 7");
        var before = await System.IO.File.ReadAllBytesAsync(file);

        await FailsToOpenAsync(file, "another program");

        Assert.Equal(before, await System.IO.File.ReadAllBytesAsync(file));
    }

    [Fact]
    public async Task A_newer_schema_is_refused()
    {
        await Store.DisposeAsync();
        Run(File, "PRAGMA user_version = 99");

        await FailsToOpenAsync(File, "schema 99");
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_named()
    {
        var file = _folder.File("file");
        await System.IO.File.WriteAllTextAsync(file, "");

        await FailsToOpenAsync(Path.Combine(file, "notify.db"), "NOTIFY_STORE");
    }

    [Fact]
    public async Task A_write_that_is_locked_out_is_said_once_and_is_served_again_by_itself()
    {
        await ReopenAsync(new StoreOptions { RetryInterval = TimeSpan.FromMilliseconds(20) });
        var channel = await Store.ClaimAsync("c").Soon();
        await AppendAsync(channel, 1, 1);
        Run(File, "CREATE TRIGGER stop BEFORE UPDATE ON channel BEGIN SELECT RAISE(ABORT, 'disk is full'); END");

        // A constraint is a matter of the row that has it; what is refused here is every row.
        Assert.False(await Store.AppendAsync(channel, Notification(channel, 2), null).Soon());
        Assert.Contains(Log.Lines, line => line.Level == LogLevel.Error && line.Text.Contains("disk is full", StringComparison.Ordinal));
        Run(File, "DROP TRIGGER stop");

        var again = await Store.ClaimAsync("c").Soon();
        Assert.Equal(1, again.Head.Offset);
        await AppendAsync(again, 2, 1);
    }

    [Fact]
    public async Task A_full_disk_is_said_keeps_nothing_by_halves_and_is_written_again_when_there_is_room()
    {
        using var disk = SmallDisk.Mount(_folder.File("disk"), "4m");
        await using var store = HistoryStores.Sqlite(disk.File("notify.db"), new StoreOptions { RetryInterval = TimeSpan.FromMilliseconds(20) }, Log);
        await store.OpenAsync(default).Soon();
        var channel = await store.ClaimAsync("c").Soon();
        await System.IO.File.WriteAllBytesAsync(disk.File("ballast"), new byte[2 << 20]);
        var text = $"\"{new string('x', 10_000)}\"";
        var kept = 0L;
        while (await store.AppendAsync(channel, Notification(channel, kept + 1, text), null).Soon())
        {
            kept++;
        }

        Assert.Contains("full", store.Trouble, StringComparison.Ordinal);
        await Assert.ThrowsAsync<HistoryStoreException>(() => store.ClaimAsync("c").Soon());
        System.IO.File.Delete(disk.File("ballast"));
        await Eventually.HoldsAsync(() => Task.FromResult(store.Trouble is null), "The store did not recover.");

        var again = await store.ClaimAsync("c").Soon();
        Assert.Equal(kept, again.Head.Offset);
        Assert.True(await store.AppendAsync(again, Notification(again, kept + 1, text), null).Soon());
        Assert.Single(Log.Lines, line => line.Level == LogLevel.Error);
        Assert.Single(Log.Lines, line => line.Text.Contains("works again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_disk_may_hold_is_kept_by_letting_the_oldest_go()
    {
        var max = 400 * 1024;
        await ReopenAsync(new StoreOptions { StoreMax = max, Grace = TimeSpan.Zero, HistorySize = 100_000, TrimInterval = TimeSpan.FromMilliseconds(5) });
        var channel = await Store.ClaimAsync("c").Soon();
        var text = $"\"{new string('x', 1000)}\"";
        for (var offset = 1; offset <= 1000; offset++)
        {
            Assert.True(await Store.AppendAsync(channel, Notification(channel, offset, text), null).Soon());
        }

        await Eventually.HoldsAsync(() => Task.FromResult(Used() <= max), "The store is over its limit.");

        var page = await Store.ReadAsync(channel, StoredPage.Earliest, 1000, 1 << 20).Soon();
        Assert.InRange(page.From, 1, 1000);
        await AppendAsync(channel, 1001, 1);
    }

    protected override async Task<IHistoryStore> OpenAsync(StoreOptions options)
    {
        var store = HistoryStores.Sqlite(File, options, Log);
        await store.OpenAsync(default).Soon();
        return store;
    }

    private static void Run(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private long Used()
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT ((SELECT page_count FROM pragma_page_count) - (SELECT freelist_count FROM pragma_freelist_count)) * (SELECT page_size FROM pragma_page_size)";
        return (long)command.ExecuteScalar()!;
    }

    private async Task FailsToOpenAsync(string file, string reason)
    {
        await using var store = HistoryStores.Sqlite(file, new StoreOptions(), Log);
        var error = await Assert.ThrowsAsync<HistoryStoreException>(() => store.OpenAsync(default).Soon());
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }
}

using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Notify.Broker;
using Notify.Broker.Channels;
using Notify.Broker.History;
using Notify.Broker.Revocations;

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
        await using var second = HistoryStores.Sqlite(File, new ChannelOptions(), options, Log);

        var error = await Assert.ThrowsAsync<HistoryStoreException>(() => second.OpenAsync(default).Soon());

        Assert.Contains(File, error.Message, StringComparison.Ordinal);
        Assert.Contains("NOTIFY_STORE", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_process_goes_on_when_the_first_has_gone()
    {
        await using var second = HistoryStores.Sqlite(File, new ChannelOptions(), new StoreOptions(), Log);
        var opening = second.OpenAsync(default);
        Assert.False(opening.IsCompleted);

        await Store.DisposeAsync();

        await opening.Soon();
    }

    [Theory]
    [InlineData(
        "no database at all, but long enough to have a header of one hundred bytes, which is what SQLite reads before anything else")]
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
        Run(File, "CREATE TRIGGER stop BEFORE INSERT ON tail BEGIN SELECT RAISE(ABORT, 'disk is full'); END");

        // A constraint is a matter of the row that has it; what is refused here is every row.
        Assert.Equal(AppendOutcome.Unknown, await Store.AppendAsync(channel, Notification(channel, 2), null).Soon());
        Assert.Contains(Log.Lines, line => line.Level == LogLevel.Error && line.Text.Contains("disk is full", StringComparison.Ordinal));

        // The stack trace follows the line.
        await Eventually.HoldsAsync(() => Task.FromResult(!Log.Traces.IsEmpty), "The log has no stack trace.");
        Assert.All(Log.Traces, level => Assert.Equal(LogLevel.Debug, level));
        Run(File, "DROP TRIGGER stop");

        var again = await Store.ClaimAsync("c").Soon();
        Assert.Equal(1, again.Head.Offset);
        await AppendAsync(again, 2, 1);
    }

    [Fact]
    public async Task A_row_that_is_refused_moves_no_head_and_harms_no_other_channel()
    {
        var channels = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Store.ClaimAsync($"c{i}"))).Soon();
        Run(
            File,
            "CREATE TRIGGER stop BEFORE INSERT ON tail WHEN instr(NEW.sends, CAST('bad' AS BLOB)) > 0 BEGIN SELECT RAISE(ABORT, 'bad'); "
                + "END");

        var appends = channels.Select((channel, i) => new[] { 1L, 2, 3 }
            .Select(offset => Store.AppendAsync(channel, Notification(channel, offset, i == 7 && offset == 2 ? "bad" : null), null))
                .ToList()).ToList();

        for (var i = 0; i < channels.Length; i++)
        {
            AppendOutcome[] kept = i == 7
                ? [AppendOutcome.Stored, AppendOutcome.Unknown, AppendOutcome.Fenced]
                : [AppendOutcome.Stored, AppendOutcome.Stored, AppendOutcome.Stored];
            Assert.Equal(kept, await Task.WhenAll(appends[i]).Soon());
        }

        var again = await Store.ClaimAsync("c7").Soon();
        Assert.Equal(1, again.Head.Offset);
        await AppendAsync(again, 2, 1);
    }

    [Fact]
    public async Task What_a_process_leaves_that_is_killed_goes_on_where_it_was()
    {
        var channel = await Store.ClaimAsync("c").Soon();
        var sent = await AppendAsync(channel, 1, 5);
        var copy = _folder.File("copy.db");
        System.IO.File.Copy(File, copy);
        System.IO.File.Copy(File + "-wal", copy + "-wal");
        System.IO.File.Copy(File + ".generation", copy + ".generation");

        await using var next = HistoryStores.Sqlite(copy, new ChannelOptions(), new StoreOptions(), Log);
        await next.OpenAsync(default).Soon();

        Assert.Equal(5, Assert.Single(await next.ListAsync("", null, 10).Soon()).Head.Offset);
        var again = await next.ClaimAsync("c").Soon();
        Assert.Equal(channel.Head with { Offset = 5 }, again.Head);
        Assert.Equal(sent.Select(each => (each.Id, each.Offset)), again.Recent);
        Assert.Equal(AppendOutcome.Fenced, await next.AppendAsync(again, Notification(again, 5), null).Soon());
        Assert.Equal(AppendOutcome.Stored, await next.AppendAsync(again, Notification(again, 6), null).Soon());
    }

    [Fact]
    public async Task A_channel_of_which_all_is_trimmed_keeps_its_position_and_when_it_was_sent_to_last()
    {
        var start = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var channel = await Store.ClaimAsync("c").Soon();
        await AppendAsync(channel, 1, 5);
        Run(File, "UPDATE channel SET last_at = 0");

        await ReopenAsync(
            new StoreOptions { TrimInterval = TimeSpan.FromMilliseconds(5) },
            new ChannelOptions { HistoryTtl = TimeSpan.FromMilliseconds(1) });
        await Eventually.HoldsAsync(
            () => Task.FromResult(Number("SELECT (SELECT count(*) FROM notification) + (SELECT count(*) FROM tail)") == 0),
            "The history was not trimmed.");

        Assert.InRange(Number("SELECT last_at FROM channel"), start, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        Assert.Equal(5, Assert.Single(await Store.ListAsync("", null, 10).Soon()).Head.Offset);
        var again = await Store.ClaimAsync("c").Soon();
        Assert.Equal(channel.Head with { Offset = 5 }, again.Head);
        await AppendAsync(again, 6, 1);
    }

    [Fact]
    public async Task A_file_of_the_first_schema_is_brought_to_this_one()
    {
        await Store.DisposeAsync();
        System.IO.File.Delete(File + ".generation");
        Run(File, """
            DROP TABLE tail;
            DROP TABLE store;
            DROP TABLE revocation;
            ALTER TABLE channel ADD COLUMN last INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE channel ADD COLUMN owner INTEGER NOT NULL DEFAULT 0;
            INSERT INTO channel (id, name, epoch, last, floor, owner, last_at) VALUES (1, CAST('kept' AS BLOB), 'e1', 3, 1, 77, 1),
            (2, CAST('gone' AS BLOB), 'e2', 7, 7, 78, 9000000000000);
            INSERT INTO notification VALUES
            (1, 2, randomblob(16), 0, 5, 9000000000000, 'two'), (1, 3, randomblob(16), 0, 5, 9000000000000, 'three');
            PRAGMA user_version = 1;
            """);

        await ReopenAsync();

        Assert.Equal(
            [new Position("e2", 7), new Position("e1", 3)],
            (await Store.ListAsync("", null, 10).Soon()).Select(channel => channel.Head));
        var kept = await Store.ClaimAsync("kept").Soon();
        Assert.Equal(new Position("e1", 3), kept.Head);
        await AppendAsync(kept, 4, 1);
        Assert.Equal([2, 3, 4], Offsets(await Store.ReadAsync(kept, 1, 4, 1 << 20).Soon()));
        await AppendAsync(await Store.ClaimAsync("gone").Soon(), 8, 1);
        Assert.Equal(6, Number("PRAGMA user_version"));
        Assert.Equal(0, Number("SELECT count(*) FROM pragma_table_info('channel') WHERE name IN ('last', 'owner')"));
    }

    [Fact]
    public async Task A_file_of_the_fifth_schema_is_brought_to_this_one()
    {
        var channel = await Store.ClaimAsync("c").Soon();
        await AppendAsync(channel, 1, 3);
        await Store.DisposeAsync();
        Run(File, "DROP TABLE revocation; PRAGMA user_version = 5");

        await ReopenAsync();

        Assert.Equal(channel.Head with { Offset = 3 }, (await Store.ClaimAsync("c").Soon()).Head);
        Assert.Empty(await ((IRevocationStore)Store).ReadChangedAsync(0, 10).Soon());
        Assert.Equal(6, Number("PRAGMA user_version"));
    }

    [Fact]
    public async Task A_file_of_the_second_schema_is_brought_to_this_one()
    {
        var channel = await Store.ClaimAsync("c").Soon();
        await AppendAsync(channel, 1, 3);
        await Eventually.HoldsAsync(() => Task.FromResult(Number("SELECT count(*) FROM notification") == 3), "The tail was not folded.");
        await Store.DisposeAsync();
        System.IO.File.Delete(File + ".generation");
        Run(File, "DROP TABLE tail; DROP TABLE store; DROP TABLE revocation; PRAGMA user_version = 2");

        await ReopenAsync();

        var again = await Store.ClaimAsync("c").Soon();
        Assert.Equal(channel.Head with { Offset = 3 }, again.Head);
        await AppendAsync(again, 4, 1);
        Assert.Equal([1, 2, 3, 4], Offsets(await Store.ReadAsync(again, 0, 4, 1 << 20).Soon()));
        Assert.Equal(6, Number("PRAGMA user_version"));
    }

    [Fact]
    public async Task What_is_sent_comes_into_its_place_by_itself_and_nothing_is_left_in_the_tail()
    {
        await ReopenAsync(new StoreOptions { TailAge = TimeSpan.FromMilliseconds(20), TrimInterval = TimeSpan.FromMilliseconds(5) });
        var channels = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Store.ClaimAsync($"c{i}"))).Soon();
        for (var round = 0; round < 10; round++)
        {
            await Task.WhenAll(channels.Select(channel => AppendAsync(channel, (round * 3) + 1, 3))).Soon();
        }

        await Eventually.HoldsAsync(() => Task.FromResult(Number("SELECT count(*) FROM tail") == 0), "The tail was not folded.");

        Assert.Equal(20 * 30, Number("SELECT count(*) FROM notification"));
        foreach (var channel in channels)
        {
            Assert.Equal(
                Enumerable.Range(11, 20).Select(offset => (long)offset), Offsets(await Store.ReadAsync(channel, 10, 30, 1 << 20).Soon()));
        }
    }

    [Fact]
    public async Task A_fold_that_a_crash_cut_short_is_done_again_and_brings_nothing_back_that_was_trimmed()
    {
        // The tail contains 1 to 5. 1 to 3 are already compacted, of which 1 and 2 have been trimmed since.
        var never = new StoreOptions { TailAge = TimeSpan.FromHours(1) };
        await ReopenAsync(never);
        var channel = await Store.ClaimAsync("c").Soon();
        var sent = await AppendAsync(channel, 1, 5);
        await Store.DisposeAsync();
        Run(
            File,
            "INSERT INTO notification SELECT id, 3, zeroblob(16), 0, 0, 9000000000000, CAST('in its place' AS BLOB) FROM channel; "
                + "UPDATE channel SET floor = 2");

        await ReopenAsync(never);
        Assert.Equal(5, Assert.Single(await Store.ListAsync("", null, 10).Soon()).Head.Offset);
        var again = await Store.ClaimAsync("c").Soon();
        Assert.Equal(channel.Head with { Offset = 5 }, again.Head);
        Assert.Equal(sent.Skip(2).Select(each => (each.Id, each.Offset)), again.Recent);
        Assert.Equal([3, 4, 5], Offsets(await Store.ReadAsync(again, StoredPage.Earliest, 5, 1 << 20).Soon()));

        await ReopenAsync(new StoreOptions { TailAge = TimeSpan.Zero, TrimInterval = TimeSpan.FromMilliseconds(5) });
        await Eventually.HoldsAsync(() => Task.FromResult(Number("SELECT count(*) FROM tail") == 0), "The tail was not folded.");
        Assert.Equal(3, Number("SELECT count(*) FROM notification"));
        Assert.Equal(3, Number("SELECT min(offset) FROM notification"));
    }

    [Fact]
    public async Task A_head_stays_while_the_tail_has_something_of_its_channel()
    {
        await ReopenAsync(
            new StoreOptions
            {
                TailAge = TimeSpan.FromHours(1),
                Afterlife = TimeSpan.Zero,
                TrimInterval = TimeSpan.FromMilliseconds(5),
            },
            new ChannelOptions { HistoryTtl = TimeSpan.FromMilliseconds(1) });
        var channel = await Store.ClaimAsync("c").Soon();
        await AppendAsync(channel, 1, 2);
        Run(File, "UPDATE channel SET last_at = 0");
        Store.Release(channel);
        var other = await Store.ClaimAsync("other").Soon();
        Store.Release(other);

        // The other channel is removed, so the trimmer has run.
        await Eventually.HoldsAsync(
            () => Task.FromResult(Number("SELECT count(*) FROM channel WHERE name = CAST('other' AS BLOB)") == 0),
            "Nothing was trimmed.");
        Assert.Equal(channel.Head with { Offset = 2 }, (await Store.ClaimAsync("c").Soon()).Head);
    }

    [Fact]
    public async Task What_was_trimmed_before_a_crash_leaves_the_tail_too()
    {
        await ReopenAsync(new StoreOptions { TailAge = TimeSpan.FromHours(1) });
        await AppendAsync(await Store.ClaimAsync("c").Soon(), 1, 2);
        await Store.DisposeAsync();
        Run(File, "UPDATE channel SET floor = 2");

        await ReopenAsync(new StoreOptions { TrimInterval = TimeSpan.FromMilliseconds(5) });

        await Eventually.HoldsAsync(() => Task.FromResult(Number("SELECT count(*) FROM tail") == 0), "The tail was not emptied.");
        Assert.Equal(0, Number("SELECT count(*) FROM notification"));
        Assert.Equal(2, (await Store.ClaimAsync("c").Soon()).Head.Offset);
    }

    [Fact]
    public async Task A_tail_that_cannot_be_read_is_named()
    {
        await Store.DisposeAsync();
        Run(File, "INSERT INTO tail VALUES (1, 0, CAST('no batch' AS BLOB))");

        await FailsToOpenAsync(File, "restore it from a backup");
    }

    [Fact]
    [Trait("Needs", "System")]
    public async Task A_full_disk_is_said_keeps_nothing_by_halves_and_is_written_again_when_there_is_room()
    {
        using var disk = SmallDisk.Mount(_folder.File("disk"), "4m");
        await using var store = HistoryStores.Sqlite(
            disk.File("notify.db"),
            new ChannelOptions(),
            new StoreOptions { RetryInterval = TimeSpan.FromMilliseconds(20) },
            Log);
        await store.OpenAsync(default).Soon();
        var channel = await store.ClaimAsync("c").Soon();
        await System.IO.File.WriteAllBytesAsync(disk.File("ballast"), new byte[2 << 20]);
        var text = $"\"{new string('x', 10_000)}\"";
        var kept = 0L;
        while (await store.AppendAsync(channel, Notification(channel, kept + 1, text), null).Soon() == AppendOutcome.Stored)
        {
            kept++;
        }

        Assert.Contains("full", store.Trouble, StringComparison.Ordinal);
        await Assert.ThrowsAsync<HistoryStoreException>(() => store.ClaimAsync("c").Soon());
        System.IO.File.Delete(disk.File("ballast"));
        await Eventually.HoldsAsync(() => Task.FromResult(store.Trouble is null), "The store did not recover.");

        var again = await store.ClaimAsync("c").Soon();
        Assert.Equal(kept, again.Head.Offset);
        Assert.Equal(AppendOutcome.Stored, await store.AppendAsync(again, Notification(again, kept + 1, text), null).Soon());
        Assert.Single(Log.Lines, line => line.Level == LogLevel.Error);
        Assert.Single(Log.Lines, line => line.Text.Contains("works again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_disk_may_hold_is_kept_by_letting_the_oldest_go()
    {
        var max = 400 * 1024;
        await ReopenAsync(
            new StoreOptions { StoreMax = max, Grace = TimeSpan.Zero, TrimInterval = TimeSpan.FromMilliseconds(5) },
            new ChannelOptions { HistorySize = 100_000 });
        var channel = await Store.ClaimAsync("c").Soon();
        var text = $"\"{new string('x', 1000)}\"";
        for (var offset = 1; offset <= 1000; offset++)
        {
            Assert.Equal(AppendOutcome.Stored, await Store.AppendAsync(channel, Notification(channel, offset, text), null).Soon());
        }

        await Eventually.HoldsAsync(() => Task.FromResult(Used() <= max), "The store is over its limit.");

        var page = await Store.ReadAsync(channel, StoredPage.Earliest, 1000, 1 << 20).Soon();
        Assert.InRange(page.From, 1, 1000);
        await AppendAsync(channel, 1001, 1);
    }

    protected override async Task<IHistoryStore> OpenAsync(StoreOptions options, ChannelOptions? channels = null)
    {
        var store = HistoryStores.Sqlite(File, channels ?? new ChannelOptions(), options, Log);
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

    private long Used() => Number(
        "SELECT ((SELECT page_count FROM pragma_page_count) - (SELECT freelist_count FROM pragma_freelist_count)) * (SELECT page_size "
            + "FROM pragma_page_size)");

    private long Number(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private async Task FailsToOpenAsync(string file, string reason)
    {
        await using var store = HistoryStores.Sqlite(file, new ChannelOptions(), new StoreOptions(), Log);
        var error = await Assert.ThrowsAsync<HistoryStoreException>(() => store.OpenAsync(default).Soon());
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }
}

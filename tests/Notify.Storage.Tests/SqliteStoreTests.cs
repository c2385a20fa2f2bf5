using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Notify.Broker;
using Notify.Broker.History;

namespace Notify.Storage.Tests;

public sealed partial class SqliteStoreTests : StoreTests
{
    private readonly TestFolder _folder = new();

    private string File => _folder.File("data/notify.db");

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    protected override async Task<bool> HasBytesAsync(string text)
    {
        var wanted = Encoding.UTF8.GetBytes(text);
        foreach (var file in new[] { File, File + "-wal" }.Where(System.IO.File.Exists))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[stream.Length];
            await stream.ReadExactlyAsync(bytes);
            if (bytes.AsSpan().IndexOf(wanted) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    protected override Task CompactAsync(ClaimedChannel channel) => Eventually.HoldsAsync(
        () =>
        {
            using var connection = new SqliteConnection($"Data Source={File};Pooling=False;Mode=ReadOnly");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT count(*) FROM tail";
            return Task.FromResult((long)command.ExecuteScalar()! == 0);
        },
        "The tail is not compacted.");

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
        await Eventually.HoldsAsync(
            () => Task.FromResult(store.Trouble?.Contains("kB are free", StringComparison.Ordinal) == true),
            "The store does not say how much is free.");
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

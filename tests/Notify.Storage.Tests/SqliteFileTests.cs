using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Notify.Broker;
using Notify.Broker.History;

namespace Notify.Storage.Tests;

/// <summary>
/// Tests which process has the file of a SQLite store, whatever path leads to it, and the errors when the path no longer leads to it.
/// </summary>
public sealed class SqliteFileTests : IDisposable
{
    private static readonly StoreOptions Quick = new()
    {
        LockTimeout = TimeSpan.FromMilliseconds(150),
        RetryInterval = TimeSpan.FromMilliseconds(10),
        TrimInterval = TimeSpan.FromMilliseconds(10),
    };

    private readonly TestFolder _folder = new();
    private readonly TestLog _log = new();
    private readonly string _file;

    public SqliteFileTests()
    {
        Directory.CreateDirectory(_folder.File("data"));
        _file = _folder.File("data/notify.db");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("link")]
    [InlineData("chain")]
    [InlineData("link of the folder")]
    public async Task Nobody_else_has_the_file_that_a_link_leads_to(string kind)
    {
        File.CreateSymbolicLink(_folder.File("link.db"), "data/notify.db");
        File.CreateSymbolicLink(_folder.File("chain.db"), "link.db");
        Directory.CreateSymbolicLink(_folder.File("folder"), "data");
        var linked = _folder.File(kind switch { "link" => "link.db", "chain" => "chain.db", _ => "folder/notify.db" });

        await using (await OpenAsync(linked))
        {
            Assert.Contains($"Another process has {_file} open", await RefusalAsync(_file), StringComparison.Ordinal);
        }

        await using (await OpenAsync(_file))
        {
            Assert.Contains($"Another process has {_file} open", await RefusalAsync(linked), StringComparison.Ordinal);
        }

        Assert.Contains(_log.Lines, line => line.Text == $"Notifications are stored in {_file}, to which {linked} leads.");
        Assert.Contains(_log.Lines, line => line.Text == $"Notifications are stored in {_file}.");
        Assert.False(File.Exists(linked + ".lock") && kind != "link of the folder");
    }

    [Fact]
    public async Task Nobody_else_has_it_by_another_name_of_the_file()
    {
        await using var store = await OpenAsync(_file);
        Link(_file, _folder.File("hard.db"));

        var refusal = await RefusalAsync(_folder.File("hard.db"));
        Assert.Contains($"Another process has {_folder.File("hard.db")} open", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_else_has_it_when_the_lock_beside_it_was_deleted()
    {
        await using var store = await OpenAsync(_file);
        File.Delete(_file + ".lock");

        Assert.Contains("Another process", await RefusalAsync(_file), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_free_again_when_the_store_is_closed()
    {
        await (await OpenAsync(_file)).DisposeAsync();

        await using var next = await OpenAsync(_file);
        Assert.Null(next.Trouble);
    }

    [Fact]
    public async Task A_file_that_nobody_may_write_is_named()
    {
        Directory.CreateDirectory(_file);

        Assert.Contains($"{_file} cannot be written", await RefusalAsync(_file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_is_accepted_into_a_file_that_was_deleted_or_replaced(bool isReplaced)
    {
        await using var store = await OpenAsync(_file);
        var channel = await store.ClaimAsync("c").Soon();
        Assert.Equal(AppendOutcome.Stored, await store.AppendAsync(channel, StoreTests.Notification(channel, 1), null).Soon());
        File.Move(_file, _folder.File("away"));
        if (isReplaced)
        {
            await File.WriteAllTextAsync(_file, "");
        }

        Assert.False(await AppendsAsync(store, channel, 2));
        Assert.Contains("deleted, moved or replaced", store.Trouble, StringComparison.Ordinal);
        await Assert.ThrowsAsync<HistoryStoreException>(() => store.ClaimAsync("d").Soon());

        // The trouble may be noticed by a trim, and its line follows.
        await Eventually.HoldsAsync(() => Task.FromResult(_log.Lines.Any(line => line.Level >= LogLevel.Warning)), "Nobody said it.");
        var (level, text) = Assert.Single(_log.Lines, line => line.Level >= LogLevel.Warning);
        Assert.Equal(LogLevel.Error, level);
        Assert.Contains(_file, text, StringComparison.Ordinal);
        Assert.Contains("restart the server", text, StringComparison.Ordinal);

        File.Move(_folder.File("away"), _file, overwrite: true);
        await Eventually.HoldsAsync(() => Task.FromResult(store.Trouble is null), "The file is back and not found.");
        Assert.True((await store.ClaimAsync("c").Soon()).Head.Offset >= 1);
    }

    [Fact]
    public async Task A_file_that_is_deleted_is_noticed_when_nothing_is_sent()
    {
        await using var store = await OpenAsync(_file);
        File.Delete(_file);

        await Eventually.HoldsAsync(() => Task.FromResult(store.Trouble is not null), "Nobody noticed.");
    }

    [Fact]
    public async Task What_is_in_a_log_that_was_deleted_is_written_by_an_orderly_stop()
    {
        var store = await OpenAsync(_file);
        var channel = await store.ClaimAsync("c").Soon();
        Assert.Equal(AppendOutcome.Stored, await store.AppendAsync(channel, StoreTests.Notification(channel, 1), null).Soon());
        File.Delete(_file + "-wal");

        Assert.False(await AppendsAsync(store, channel, 2));
        Assert.Contains("SIGTERM", store.Trouble, StringComparison.Ordinal);
        await store.DisposeAsync();

        await using var next = await OpenAsync(_file);
        Assert.InRange((await next.ClaimAsync("c").Soon()).Head.Offset, 1, 2);
    }

    private static async Task<bool> AppendsAsync(IHistoryStore store, ClaimedChannel channel, long offset)
    {
        try
        {
            return await store.AppendAsync(channel, StoreTests.Notification(channel, offset), null).Soon() == AppendOutcome.Stored;
        }
        catch (HistoryStoreException)
        {
            return false;
        }
    }

    // The framework cannot create hard links.
    private static void Link(string file, string name)
    {
        using var process = Process.Start("ln", [file, name]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private async Task<IHistoryStore> OpenAsync(string file)
    {
        var store = HistoryStores.Sqlite(file, new ChannelOptions(), Quick, _log);
        await store.OpenAsync(default).Soon();
        return store;
    }

    private async Task<string> RefusalAsync(string file)
    {
        await using var store = HistoryStores.Sqlite(file, new ChannelOptions(), Quick, _log);
        return (await Assert.ThrowsAsync<HistoryStoreException>(() => store.OpenAsync(default).Soon())).Message;
    }
}

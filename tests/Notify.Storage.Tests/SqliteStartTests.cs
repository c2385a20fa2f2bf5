using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Notify.Broker;
using Notify.Broker.History;

namespace Notify.Storage.Tests;

/// <summary>What is said at the start of a file that cannot be written, and of a disk that is full. Needs the rights to mount.</summary>
[Trait("Needs", "System")]
public sealed class SqliteStartTests : IDisposable
{
    private static readonly StoreOptions Quick = new()
    {
        LockTimeout = TimeSpan.FromMilliseconds(150),
        RetryInterval = TimeSpan.FromMilliseconds(20),
    };

    private readonly TestFolder _folder = new();
    private readonly TestLog _log = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "0600")]
    [InlineData("-wal", "0644")]
    [InlineData("-shm", "0644")]
    [InlineData(".lock", "0600")]
    public async Task A_file_that_cannot_be_written_is_named_with_its_owner(string companion, string mode)
    {
        var file = _folder.File("notify.db");
        await KeepAsync(file);
        var unwritable = file + companion;
        await File.AppendAllTextAsync(unwritable, "");
        Run("chown", "1654", unwritable);
        Run("mount", "--bind", unwritable, unwritable);
        try
        {
            Run("mount", "-o", "remount,ro,bind", unwritable);

            var refusal = await RefusalAsync(file);
            Assert.StartsWith($"{unwritable} cannot be written: ", refusal, StringComparison.Ordinal);
            Assert.Contains(
                $"It belongs to user 1654, its mode is {mode}, and the server runs as user {User()}.", refusal, StringComparison.Ordinal);
        }
        finally
        {
            Run("umount", unwritable);
        }

        Assert.Equal(1, await LastAsync(file));
    }

    [Fact]
    public async Task A_disk_that_cannot_be_written_is_not_taken_for_another_process()
    {
        using var disk = SmallDisk.Mount(_folder.File("disk"), "4m");
        await KeepAsync(disk.File("notify.db"));
        Run("mount", "-o", "remount,ro", _folder.File("disk"));

        var refusal = await RefusalAsync(disk.File("notify.db"));
        Assert.Contains("cannot be written", refusal, StringComparison.Ordinal);
        Assert.Contains("Read-only file system", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("Another process", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_disk_that_is_full_at_the_start_is_waited_for(bool hasFile)
    {
        using var disk = SmallDisk.Mount(_folder.File("disk"), "2m");
        var file = disk.File("notify.db");
        if (hasFile)
        {
            await KeepAsync(file);
        }

        Fill(disk.File("ballast"));
        await using var store = HistoryStores.Sqlite(file, new ChannelOptions(), Quick, _log);
        await store.OpenAsync(default).Soon();

        Assert.Contains("no room", store.Trouble, StringComparison.Ordinal);
        await Assert.ThrowsAsync<HistoryStoreException>(() => store.ClaimAsync("c").Soon());
        await Assert.ThrowsAsync<HistoryStoreException>(() => store.ListAsync("", null, 10).Soon());
        File.Delete(disk.File("ballast"));
        await Eventually.HoldsAsync(() => Task.FromResult(store.Trouble is null), "There is room, and the store does not work.");

        var channel = await store.ClaimAsync("c").Soon();
        Assert.Equal(hasFile ? 1 : 0, channel.Head.Offset);
        Assert.Equal(
            AppendOutcome.Stored, await store.AppendAsync(channel, StoreTests.Notification(channel, channel.Head.Offset + 1), null).Soon());
        var (level, text) = Assert.Single(_log.Lines, line => line.Level >= LogLevel.Warning);
        Assert.Equal(LogLevel.Error, level);
        Assert.DoesNotContain("backup", text, StringComparison.Ordinal);
        Assert.Single(_log.Lines, line => line.Text.Contains("works again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_what_is_damaged_is_called_damaged()
    {
        var file = _folder.File("notify.db");
        await KeepAsync(file);
        await using (var stream = File.OpenWrite(file))
        {
            // The schema's page, after the file header.
            stream.Position = 100;
            stream.Write(new byte[500]);
        }

        var refusal = await RefusalAsync(file);
        Assert.Contains("is damaged", refusal, StringComparison.Ordinal);
        Assert.Contains("restore it from a backup", refusal, StringComparison.Ordinal);
    }

    private static void Fill(string file)
    {
        using var stream = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var part = new byte[1024];
        try
        {
            while (true)
            {
                stream.Write(part);
            }
        }
        catch (IOException)
        {
            // The disk is full.
        }
    }

    private static string User()
    {
        using var process = Process.Start(new ProcessStartInfo("id", "-u") { RedirectStandardOutput = true, UseShellExecute = false })!;
        return process.StandardOutput.ReadToEnd().Trim();
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private async Task KeepAsync(string file)
    {
        await using var store = HistoryStores.Sqlite(file, new ChannelOptions(), Quick, _log);
        await store.OpenAsync(default).Soon();
        var channel = await store.ClaimAsync("c").Soon();
        Assert.Equal(AppendOutcome.Stored, await store.AppendAsync(channel, StoreTests.Notification(channel, 1), null).Soon());
    }

    private async Task<long> LastAsync(string file)
    {
        await using var store = HistoryStores.Sqlite(file, new ChannelOptions(), Quick, _log);
        await store.OpenAsync(default).Soon();
        return (await store.ClaimAsync("c").Soon()).Head.Offset;
    }

    private async Task<string> RefusalAsync(string file)
    {
        await using var store = HistoryStores.Sqlite(file, new ChannelOptions(), Quick, _log);
        return (await Assert.ThrowsAsync<HistoryStoreException>(() => store.OpenAsync(default).Soon())).Message;
    }
}

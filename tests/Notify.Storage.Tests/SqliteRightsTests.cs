using System.Runtime.Versioning;
using Microsoft.Extensions.Logging;
using Notify.Broker;

namespace Notify.Storage.Tests;

/// <summary>Notifications are for their users, and not for every user of the machine.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SqliteRightsTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TestFolder _folder = new();
    private readonly TestLog _log = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task New_files_and_their_new_folder_are_the_owners_alone()
    {
        var file = _folder.File("data/notify.db");
        await using (var store = HistoryStores.Sqlite(file, new ChannelOptions(), new StoreOptions(), _log))
        {
            await store.OpenAsync(default).Soon();
            var channel = await store.ClaimAsync("c").Soon();
            await store.AppendAsync(channel, StoreTests.Notification(channel, 1), null).Soon();

            Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.File("data")));
            var files = Directory.GetFiles(_folder.File("data"));
            Assert.Equal(
                ["notify.db", "notify.db-shm", "notify.db-wal", "notify.db.generation", "notify.db.lock"],
                files.Select(Path.GetFileName).Order(StringComparer.Ordinal));
            Assert.All(files, path => Assert.Equal((path, OwnerOnly), (path, File.GetUnixFileMode(path))));
        }

        Assert.DoesNotContain(_log.Lines, line => line.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task A_file_that_others_may_read_is_warned_of_and_left_as_it_is()
    {
        const UnixFileMode Wide = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        var file = _folder.File("notify.db");
        await File.WriteAllBytesAsync(file, []);
        File.SetUnixFileMode(file, Wide);
        var before = File.GetUnixFileMode(_folder.Path);

        await using (var store = HistoryStores.Sqlite(file, new ChannelOptions(), new StoreOptions(), _log))
        {
            await store.OpenAsync(default).Soon();
        }

        var warning = Assert.Single(_log.Lines, line => line.Level >= LogLevel.Warning).Text;
        Assert.StartsWith($"Other users of this machine may read {file}, whose mode is 0644:", warning, StringComparison.Ordinal);
        Assert.Equal((Wide, before), (File.GetUnixFileMode(file), File.GetUnixFileMode(_folder.Path)));
    }
}

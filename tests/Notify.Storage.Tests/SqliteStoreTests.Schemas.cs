using Notify.Broker;
using Notify.Broker.Channels;
using Notify.Broker.History;
using Notify.Broker.Revocations;

namespace Notify.Storage.Tests;

/// <summary>Tests files of other versions and of other programs.</summary>
public sealed partial class SqliteStoreTests
{
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

    private const string ToVersion6 =
        "DROP TABLE setting; ALTER TABLE notification DROP COLUMN meta; DROP TABLE inbox; ALTER TABLE channel DROP COLUMN kind; ";

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
    public async Task A_file_of_the_first_schema_is_brought_to_this_one()
    {
        await Store.DisposeAsync();
        System.IO.File.Delete(File + ".generation");
        Run(File, """
            DROP TABLE tail;
            DROP TABLE store;
            DROP TABLE revocation;
            DROP TABLE setting;
            ALTER TABLE notification DROP COLUMN meta; DROP TABLE inbox;
            ALTER TABLE channel DROP COLUMN kind;
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
        Assert.Equal(9, Number("PRAGMA user_version"));
        Assert.Equal(0, Number("SELECT count(*) FROM pragma_table_info('channel') WHERE name IN ('last', 'owner')"));
    }

    [Fact]
    public async Task A_file_of_the_fifth_schema_is_brought_to_this_one()
    {
        var channel = await Store.ClaimAsync("c").Soon();
        await AppendAsync(channel, 1, 3);
        await Store.DisposeAsync();
        Run(File, ToVersion6 + "DROP TABLE revocation; PRAGMA user_version = 5");

        await ReopenAsync();

        Assert.Equal(channel.Head with { Offset = 3 }, (await Store.ClaimAsync("c").Soon()).Head);
        Assert.Empty(await ((IRevocationStore)Store).ReadChangedAsync(0, 10).Soon());
        Assert.Equal(9, Number("PRAGMA user_version"));
    }

    [Fact]
    public async Task A_file_of_the_seventh_schema_is_brought_to_this_one()
    {
        var channel = await Store.ClaimAsync("c").Soon();
        await AppendAsync(channel, 1, 3);
        await Store.DisposeAsync();
        Run(File, "DROP TABLE setting; ALTER TABLE notification DROP COLUMN meta; PRAGMA user_version = 7");

        await ReopenAsync();
        var claim = await Store.ClaimAsync("c").Soon();
        Assert.Equal(AppendOutcome.Stored, await Store.AppendAsync(claim, Fielded(claim, 4), null).Soon());
        Assert.Equal([0, 0, 0, Fields.Length], (await AllAsync(claim)).Select(each => each.Meta.Length));
    }

    [Fact]
    public async Task A_file_of_the_eighth_schema_is_brought_to_this_one()
    {
        var claim = await Store.ClaimAsync("c").Soon();
        Assert.Equal(AppendOutcome.Stored, await Store.AppendAsync(claim, Fielded(claim, 1), null).Soon());
        await Store.DisposeAsync();
        Run(File, "DROP TABLE setting; PRAGMA user_version = 8");

        await ReopenAsync();

        Assert.Equal(32, (await Store.ReadLinkKeyAsync().Soon())!.Length);
        Assert.Equal([Fields.Length], (await AllAsync(await Store.ClaimAsync("c").Soon())).Select(each => each.Meta.Length));
    }

    [Fact]
    public async Task A_file_of_the_sixth_schema_is_brought_to_this_one()
    {
        var channel = await Store.ClaimAsync("user:7").Soon();
        await AppendAsync(channel, 1, 3);
        await Store.DisposeAsync();
        Run(File, ToVersion6 + "PRAGMA user_version = 6");

        await ReopenAsync(channels: new ChannelOptions { Inboxes = [Pattern("user:*")] });

        var claim = await Store.ClaimAsync("user:7").Soon();
        Assert.Equal((channel.Head with { Offset = 3 }, ChannelKind.Plain), (claim.Head, claim.Kind));
        Assert.Equal(AppendOutcome.Stored, await Store.SaveInboxAsync(claim, new StoredInbox(1, [1]), 3).Soon());
        Assert.Equal(9, Number("PRAGMA user_version"));
    }

    [Fact]
    public async Task A_file_of_the_second_schema_is_brought_to_this_one()
    {
        var channel = await Store.ClaimAsync("c").Soon();
        await AppendAsync(channel, 1, 3);
        await Eventually.HoldsAsync(() => Task.FromResult(Number("SELECT count(*) FROM notification") == 3), "The tail was not folded.");
        await Store.DisposeAsync();
        System.IO.File.Delete(File + ".generation");
        Run(File, """
            DROP TABLE tail;
            DROP TABLE store;
            DROP TABLE revocation;
            DROP TABLE setting;
            ALTER TABLE notification DROP COLUMN meta; DROP TABLE inbox;
            ALTER TABLE channel DROP COLUMN kind;
            PRAGMA user_version = 2;
            """);

        await ReopenAsync();

        var again = await Store.ClaimAsync("c").Soon();
        Assert.Equal(channel.Head with { Offset = 3 }, again.Head);
        await AppendAsync(again, 4, 1);
        Assert.Equal([1, 2, 3, 4], Offsets(await Store.ReadAsync(again, 0, 4, 1 << 20).Soon()));
        Assert.Equal(9, Number("PRAGMA user_version"));
    }
}

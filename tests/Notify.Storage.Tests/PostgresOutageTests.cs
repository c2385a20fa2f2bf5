using Microsoft.Extensions.Logging;
using Notify.Broker;
using Notify.Broker.Channels;
using Notify.Broker.History;

namespace Notify.Storage.Tests;

/// <summary>A server of their own, which is stopped, killed and frozen.</summary>
[Trait("Needs", "System")]
public sealed class PostgresOutageTests : IAsyncLifetime
{
    private const int Channels = 8;

    private readonly PostgresServer _server = new();
    private readonly TestLog _log = new();
    private IHistoryStore _store = null!;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        _server.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_is_stopped_or_killed_under_load_loses_nothing_that_was_answered_and_the_store_goes_on_by_itself(
        bool isKilled)
    {
        const int Rounds = 5;
        await OpenAsync();
        var answered = Enumerable.Range(0, Channels).Select(_ => new Dictionary<long, PublishId>()).ToArray();
        for (var round = 1; round <= Rounds; round++)
        {
            var writers = Enumerable.Range(0, Channels).Select(i => WriteUntilRefusedAsync($"c{i}", answered[i])).ToList();
            var enough = Count() + 400;
            await Eventually.HoldsAsync(() => Task.FromResult(Count() >= enough), "Nothing is kept.");
            if (isKilled)
            {
                _server.Kill();
            }
            else
            {
                _server.Stop();
            }

            await Task.WhenAll(writers).Soon();
            Assert.NotNull(_store.Trouble);
            await Assert.ThrowsAsync<HistoryStoreException>(() => _store.ClaimAsync("c").Soon());
            _server.Start();
            await Eventually.HoldsAsync(() => Task.FromResult(_store.Trouble is null), "The store did not recover.");

            for (var i = 0; i < Channels; i++)
            {
                await CheckAsync($"c{i}", answered[i]);
            }

            Assert.Equal(round, _log.Lines.Count(line => line.Level == LogLevel.Error));
            Assert.All(_log.Traces, level => Assert.Equal(LogLevel.Debug, level));
            Assert.Equal(round, _log.Lines.Count(line => line.Text.Contains(" works again, after ", StringComparison.Ordinal)));
        }

        int Count() => answered.Sum(each =>
        {
            lock (each)
            {
                return each.Count;
            }
        });
    }

    [Fact]
    public async Task A_server_that_is_frozen_is_noticed_and_what_it_does_when_it_thaws_is_not_taken_for_ours()
    {
        await OpenAsync(";Command Timeout=6;Timeout=3");
        var channel = await _store.ClaimAsync("c").Soon();
        Assert.Equal(AppendOutcome.Stored, await _store.AppendAsync(channel, StoreTests.Notification(channel, 1), null).Soon());
        _server.Freeze();

        Assert.Equal(AppendOutcome.Unknown, await _store.AppendAsync(channel, StoreTests.Notification(channel, 2), null).Soon());
        Assert.NotNull(_store.Trouble);
        var reading = await Assert.ThrowsAsync<HistoryStoreException>(() => _store.ReadAsync(channel, 0, 1, 1 << 20).Soon());
        Assert.NotEmpty(reading.Message);
        _server.Thaw();
        await Eventually.HoldsAsync(() => Task.FromResult(_store.Trouble is null), "The store did not recover.");

        // Only the store knows whether the second one is stored.
        var again = await _store.ClaimAsync("c").Soon();
        Assert.InRange(again.Head.Offset, 1, 2);
        Assert.Equal(
            AppendOutcome.Stored, await _store.AppendAsync(again, StoreTests.Notification(again, again.Head.Offset + 1), null).Soon());
        var page = await _store.ReadAsync(again, 0, again.Head.Offset + 1, 1 << 20).Soon();
        Assert.Equal(again.Head.Offset + 1, page.Notifications!.Count);
        Assert.Single(_log.Lines, line => line.Level == LogLevel.Error);
    }

    [Fact]
    public async Task Reads_go_on_after_a_restart_that_the_writer_has_not_noticed()
    {
        await OpenAsync();
        var channel = await _store.ClaimAsync("c").Soon();
        Assert.Equal(AppendOutcome.Stored, await _store.AppendAsync(channel, StoreTests.Notification(channel, 1), null).Soon());
        for (var round = 0; round < 3; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _store.ReadAsync(channel, 0, 1, 1 << 20))).Soon();
            _server.Stop();
            _server.Start();

            Assert.Single((await _store.ReadAsync(channel, 0, 1, 1 << 20).Soon()).Notifications!);
        }
    }

    // With short timeouts only where a test is about them, because a busy machine may need seconds for a command.
    private Task OpenAsync(string more = "")
    {
        var options = new StoreOptions { RetryInterval = TimeSpan.FromMilliseconds(20), TrimInterval = TimeSpan.FromMilliseconds(20) };
        _store = HistoryStores.Postgres(_server.CreateDatabase() + more, new ChannelOptions(), options, _log);
        return _store.OpenAsync(default).Soon();
    }

    // Several are under way at a time, like a channel's actor.
    private async Task WriteUntilRefusedAsync(string name, Dictionary<long, PublishId> answered)
    {
        var channel = await _store.ClaimAsync(name);
        for (var offset = channel.Head.Offset; ;)
        {
            var sends = Enumerable.Range(0, 5).Select(_ => StoreTests.Notification(channel, ++offset)).ToList();
            var results = await Task.WhenAll(sends.Select(send => _store.AppendAsync(channel, send, null)));
            for (var i = 0; i < sends.Count; i++)
            {
                if (results[i] != AppendOutcome.Stored)
                {
                    return;
                }

                lock (answered)
                {
                    answered.Add(sends[i].Offset, sends[i].Id);
                }
            }
        }
    }

    private async Task CheckAsync(string name, Dictionary<long, PublishId> answered)
    {
        var channel = await _store.ClaimAsync(name).Soon();
        var page = await _store.ReadAsync(channel, StoredPage.Earliest, channel.Head.Offset, 64 << 20).Soon();
        Assert.Equal(
            Enumerable.Range(1, page.Notifications!.Count).Select(offset => offset + page.From),
            page.Notifications.Select(each => each.Offset));
        Assert.Equal(channel.Head.Offset, page.From + page.Notifications.Count);
        foreach (var each in page.Notifications)
        {
            // A notification that was stored without an acknowledgement stays stored and may be retried.
            Assert.True(!answered.TryGetValue(each.Offset, out var id) || id == each.Id, $"{name} {each.Offset} is another.");
            answered[each.Offset] = each.Id;
        }

        Assert.Equal(channel.Head.Offset, answered.Count);
    }
}

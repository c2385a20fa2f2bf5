using Notify.Broker.Channels;
using Notify.Broker.History;
using Notify.Broker.Tracing;

namespace Notify.Broker.Tests.Inboxes;

/// <summary>Implements a durable store in memory whose writes wait, in order, until the test lets them through.</summary>
internal sealed class HeldStore : IHistoryStore
{
    private readonly List<Notification> _rows = [];
    private string _epoch = "e";
    private readonly Queue<(TaskCompletionSource<AppendOutcome> Done, Action Write)> _held = new();

    /// <summary>Gets or sets whether writes wait.</summary>
    public bool IsHolding { get; set; }

    /// <summary>Gets or sets the marks in the store.</summary>
    public StoredInbox? Inbox { get; set; }

    /// <summary>Gets or sets the stored kind of the channel.</summary>
    public ChannelKind Kind { get; set; } = ChannelKind.Inbox;

    /// <summary>Gets or sets the offset before the oldest notification.</summary>
    public long Floor { get; set; }

    /// <summary>Gets the number of writes that were asked for.</summary>
    public int Writes { get; private set; }

    /// <summary>Gets the number of stored notifications.</summary>
    public int Rows => _rows.Count;

    /// <summary>Gets the marks that were stored, in order.</summary>
    public List<StoredInbox> Saved { get; } = [];

    /// <summary>Gets the offsets whose content was overwritten, in order.</summary>
    public List<long> Recalled { get; } = [];

    /// <summary>Gets or sets what reads of the history wait for.</summary>
    public Task ReadsAfter { get; set; } = Task.CompletedTask;

    /// <summary>Gets the number of reads of the history.</summary>
    public int Reads { get; private set; }

    public bool IsDurable => true;

    public bool HasRoom { get; set; } = true;

    public string? Trouble => null;

    public int Held
    {
        get
        {
            lock (_held)
            {
                return _held.Count;
            }
        }
    }

    /// <summary>Lets the oldest write through, or tells that nobody knows what became of it.</summary>
    public void LetThrough(AppendOutcome outcome = AppendOutcome.Stored)
    {
        (TaskCompletionSource<AppendOutcome> Done, Action Write) next;
        lock (_held)
        {
            next = _held.Dequeue();
        }

        if (outcome == AppendOutcome.Stored)
        {
            next.Write();
        }

        next.Done.SetResult(outcome);
    }

    public Task OpenAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<ClaimedChannel> ClaimAsync(string channel) => Task.FromResult(
        new ClaimedChannel(channel, new Position(_epoch, _rows.Count), []) { Floor = Floor, Inbox = Inbox, Kind = Kind });

    public Task<ClaimedChannel> LookAsync(string channel) => ClaimAsync(channel);

    public Task<ClaimedChannel> BeginAsync(ClaimedChannel unknown) => ClaimAsync(unknown.Name);

    public Task<AppendOutcome> AppendAsync(ClaimedChannel channel, Notification notification, IdempotencyKey? key) =>
        Write(() => _rows.Add(notification));

    public Task<AppendOutcome> AppendAsync(
        ClaimedChannel channel, Notification notification, IdempotencyKey? key, StoredInbox inbox, TraceContext? trace) => Write(() =>
    {
        _rows.Add(notification);
        Save(inbox);
    });

    public Task<AppendOutcome> SaveInboxAsync(
        ClaimedChannel channel, StoredInbox inbox, long last, IReadOnlyList<long>? recalled = null) => Write(() =>
    {
        Assert.InRange(last, 0, _rows.Count);
        Save(inbox);
        foreach (var offset in recalled ?? [])
        {
            Recalled.Add(offset);
        }
    });

    public Task<bool> EraseAsync(ClaimedChannel channel)
    {
        _rows.Clear();
        Inbox = null;
        _epoch += "e";
        return Task.FromResult(true);
    }

    public Task<IdempotencyRecord?> FindAsync(ClaimedChannel channel, IdempotencyKey key) => Task.FromResult<IdempotencyRecord?>(null);

    public async Task<StoredPage> ReadAsync(ClaimedChannel channel, long after, long upTo, int maxBytes)
    {
        Reads++;
        await ReadsAfter;
        var from = after == StoredPage.Earliest ? Floor : after;
        return from < Floor
            ? new StoredPage(Floor, null)
            : new StoredPage(from, [.. _rows.Where(row => row.Offset > from && row.Offset <= upTo)]);
    }

    public async Task<IReadOnlyList<ClaimedChannel?>> PeekAsync(IReadOnlyList<string> channels) =>
        await Task.WhenAll(channels.Select(channel => ClaimAsync(channel)));

    public Task<IReadOnlyList<StoredChannel>> ListAsync(string prefix, string? after, int limit) =>
        Task.FromResult<IReadOnlyList<StoredChannel>>([]);

    public Task RenewEpochsAsync() => Task.CompletedTask;

    public void Release(ClaimedChannel channel)
    {
        // Nothing is kept for a claim.
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Save(StoredInbox inbox)
    {
        Assert.Equal((Inbox?.Revision ?? 0) + 1, inbox.Revision);
        Inbox = inbox;
        Saved.Add(inbox);
    }

    private Task<AppendOutcome> Write(Action write)
    {
        Writes++;
        if (!IsHolding)
        {
            write();
            return Task.FromResult(AppendOutcome.Stored);
        }

        var done = new TaskCompletionSource<AppendOutcome>();
        lock (_held)
        {
            _held.Enqueue((done, write));
        }

        return done.Task;
    }
}

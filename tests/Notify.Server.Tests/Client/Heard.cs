using System.Collections.Concurrent;
using Notify.Client;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Client;

/// <summary>Listens in the background, and records what arrives.</summary>
internal sealed class Heard : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Notification> _notifications = new();
    private readonly ConcurrentQueue<ListenStatus> _statuses = new();
    private readonly ConcurrentQueue<string> _events = new();

    private Heard()
    {
    }

    /// <summary>Gets the notifications.</summary>
    public IReadOnlyList<Notification> Notifications => [.. _notifications];

    /// <summary>Gets the states of the connection.</summary>
    public IReadOnlyList<ListenStatus> Statuses => [.. _statuses];

    /// <summary>Gets the data of notifications and the channels of lost histories, in order.</summary>
    public IReadOnlyList<string> Events => [.. _events];

    /// <summary>Gets the enumeration, which fails with its exception.</summary>
    public Task Running { get; private set; } = null!;

    /// <summary>Begins to listen.</summary>
    public static Heard Begin(
        NotifyListener listener,
        string channel = "c",
        NotifyStart start = NotifyStart.Now,
        NotifyPosition? position = null,
        params string[] others)
    {
        var heard = new Heard();
        var subscription = new NotifySubscription([channel, .. others])
        {
            Start = start,
            Positions = position is null ? [] : new Dictionary<string, NotifyPosition> { [channel] = position },
            OnStatus = heard._statuses.Enqueue,
            OnHistoryLost = (lost, _) =>
            {
                heard._events.Enqueue($"lost {lost.Channel}");
                return ValueTask.CompletedTask;
            },
        };
        heard.Running = Task.Run(async () =>
        {
            await foreach (var notification in listener.ListenAsync(subscription, heard._stop.Token))
            {
                heard._events.Enqueue(notification.Data.GetRawText());
                heard._notifications.Enqueue(notification);
            }
        });
        return heard;
    }

    /// <summary>Begins to listen, and waits until the channels are joined.</summary>
    public static async Task<Heard> ListenAsync(NotifyListener listener, string channel = "c")
    {
        var heard = Begin(listener, channel);
        await heard.ListensAsync(1);
        return heard;
    }

    /// <summary>Waits until the channels were joined as often as given.</summary>
    public Task ListensAsync(int times) => UntilAsync(() => _statuses.Count(static each => each.State == ListenState.Listening) >= times);

    /// <summary>Waits until the connection was lost as often as given.</summary>
    public Task WaitsAsync(int times) => UntilAsync(() => _statuses.Count(static each => each.State == ListenState.Waiting) >= times);

    /// <summary>Waits for these events, and checks that there are no others.</summary>
    public async Task HasAsync(params string[] events)
    {
        await UntilAsync(() => _events.Count >= events.Length);
        Assert.Equal(events, Events);
    }

    /// <summary>Cancels the enumeration, and waits for its end.</summary>
    public async Task CancelAsync()
    {
        await _stop.CancelAsync();
        await Running.ContinueWith(static _ => { }, TaskScheduler.Default).Soon();
    }

    public async ValueTask DisposeAsync()
    {
        await CancelAsync();
        _stop.Dispose();
    }

    private async Task UntilAsync(Func<bool> condition)
    {
        await TestTimeouts.UntilAsync(() => condition() || Running.IsCompleted);
        if (!condition())
        {
            await Running;
        }
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Notify.Chaos;

/// <summary>
/// Simulates a user with two devices, and a backend that publishes to the inbox and marks items through any node. A request without an
/// answer is repeated on another node.
/// </summary>
internal sealed class InboxUser : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(20);

    // A third of the publishes replace an item.
    private static readonly string?[] Keys = [null, null, null, null, "a", "b"];

    private readonly string _user;
    private readonly Func<Node?, Node> _pick;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentQueue<InboxVersion> _answered = new();
    private Task _running = Task.CompletedTask;
    private string _epoch = "";
    private long _newest;
    private int _repeated;

    private InboxUser(string user, Func<Node?, Node> pick) => (_user, _pick) = (user, pick);

    /// <summary>Gets the inbox.</summary>
    public string Channel => "user:" + _user;

    /// <summary>Gets what must be in the inbox.</summary>
    public InboxModel Model { get; } = new();

    /// <summary>Gets the devices.</summary>
    public IReadOnlyList<Device> Devices { get; private set; } = [];

    /// <summary>Gets the versions that marks and reads were answered with.</summary>
    public IReadOnlyCollection<InboxVersion> Answered => _answered;

    /// <summary>Gets the answers that violate the protocol.</summary>
    public ConcurrentQueue<string> Improper { get; } = new();

    /// <summary>Gets the number of requests that were repeated.</summary>
    public int Repeated => _repeated;

    /// <summary>Begins the inbox, connects the devices, and starts to publish and to mark.</summary>
    /// <param name="user">The user.</param>
    /// <param name="pick">Chooses a node other than the given one, if there is one.</param>
    public static async Task<InboxUser> StartAsync(string user, Func<Node?, Node> pick)
    {
        var started = new InboxUser(user, pick);
        await started.PublishAsync(0);
        started.Devices = await Device.JoinAsync(started.Channel, pick);
        started._running = Task.WhenAll(started.PublishAsync(), started.MarkAsync());
        return started;
    }

    /// <summary>Stops when the requests under way are answered.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await TestTimeouts.UntilAsync(
            () => _running.IsCompleted, () => $"{Channel}: a request gets no answer; {string.Join(", ", Improper.Distinct())}");
        await _running;
    }

    /// <summary>Reads the numbers from any node.</summary>
    public async Task<InboxVersion> CountAsync()
    {
        var body = await AskAsync(HttpMethod.Get, $"/api/inbox/count?user={_user}", null);
        var channel = body.GetProperty("channels")[0];
        var version = new InboxVersion(
            channel.GetProperty("epoch").GetString()!,
            channel.GetProperty("offset").GetInt64(),
            channel.GetProperty("rev").GetInt64(),
            new InboxNumbers(
                body.GetProperty("unread").GetInt64(),
                body.GetProperty("unseen").GetInt64(),
                body.GetProperty("total").GetInt64(),
                body.GetProperty("archived").GetInt64()));
        _answered.Enqueue(version);
        return version;
    }

    /// <summary>Reads all items, by their offsets.</summary>
    public async Task<IReadOnlyDictionary<long, InboxItem>> ListAsync()
    {
        var items = new Dictionary<long, InboxItem>();
        foreach (var filter in new[] { "all", "archived" })
        {
            for (var before = ""; before is not null;)
            {
                var page = await AskAsync(HttpMethod.Get, $"/api/inbox?user={_user}&filter={filter}&limit=50{before}", null);
                foreach (var item in page.GetProperty("items").EnumerateArray())
                {
                    items.Add(item.GetProperty("offset").GetInt64(), InboxItem.Read(item));
                }

                before = page.GetProperty("next").ValueKind == JsonValueKind.Null ? null : $"&before={page.GetProperty("next")}";
            }
        }

        return items;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(Devices.Select(device => device.DisposeAsync().AsTask()));
        _stopping.Dispose();
    }

    private Task PauseAsync() => Task.Delay(Pause).WaitAsync(_stopping.Token).ContinueWith(
        static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private async Task PublishAsync()
    {
        for (var n = 1; !_stopping.IsCancellationRequested; n++)
        {
            await PublishAsync(n);
            await PauseAsync();
        }
    }

    private async Task PublishAsync(int n)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{_user}.{n}");
        var key = Keys[Random.Shared.Next(Keys.Length)];
        var answer = await AskAsync(
            HttpMethod.Post, "/api/notifications", new { channel = Channel, notification = id, idempotencyKey = id, collapseKey = key });
        var result = answer.GetProperty("results")[0];
        _epoch = result.GetProperty("epoch").GetString()!;
        _newest = result.GetProperty("offset").GetInt64();
        Model.Publish(_newest, key);
    }

    private async Task MarkAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            switch (Random.Shared.Next(10))
            {
                case 0:
                    await CountAsync();
                    break;
                case 1:
                    await MarkAllAsync(Random.Shared.Next(2) == 0 ? "seen" : "read");
                    break;
                default:
                    await MarkAsync(InboxModel.Kinds[Random.Shared.Next(InboxModel.Kinds.Count)]);
                    break;
            }

            await PauseAsync();
        }
    }

    private async Task MarkAllAsync(string kind)
    {
        var answer = await AskAsync(HttpMethod.Post, "/api/inbox/mark", new { user = _user, @as = kind, all = true });
        var version = InboxVersion.Read(answer);
        _answered.Enqueue(version);
        Model.Mark(kind, 1, version.Offset);
    }

    private async Task MarkAsync(string kind)
    {
        var newest = Volatile.Read(ref _newest);
        var from = Math.Max(1, newest - Random.Shared.Next(40));
        var to = Math.Min(newest, from + Random.Shared.Next(3));
        var offsets = new[] { new[] { from, to } };
        var answer = await AskAsync(
            HttpMethod.Post, "/api/inbox/mark", new { user = _user, @as = kind, offsets, epoch = _epoch });
        _answered.Enqueue(InboxVersion.Read(answer));
        Model.Mark(kind, from, to);
    }

    private async Task<JsonElement> AskAsync(HttpMethod method, string path, object? body)
    {
        Node? failed = null;
        while (true)
        {
            var node = _pick(failed);
            var (status, answer) = await node.RequestAsync(method, path, body);
            if (status == HttpStatusCode.OK)
            {
                return answer;
            }

            if (status is not (null or HttpStatusCode.ServiceUnavailable))
            {
                Improper.Enqueue($"{Channel}: {method} {path} was answered {(int)status}: {answer}");
            }

            failed = node;
            Interlocked.Increment(ref _repeated);
            await Task.Delay(RetryPause);
        }
    }
}

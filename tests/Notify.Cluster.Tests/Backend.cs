using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Notify.Cluster.Tests;

/// <summary>
/// A backend that sends without a pause, to any node; what is not answered 200 it sends again under the same key, to any node, until it
/// is. It knows what was accepted, and how long each node-less moment was.
/// </summary>
internal sealed class Backend : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly IReadOnlyList<string> _channels;
    private readonly Func<Node> _pick;
    private readonly string _name;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentQueue<(string Channel, string Id)> _accepted = new();
    private readonly ConcurrentQueue<TimeSpan> _waits = new();
    private readonly ConcurrentDictionary<string, int> _refusals = new();
    private readonly Task _running;

    public Backend(string name, IReadOnlyList<string> channels, Func<Node> pick)
    {
        (_name, _channels, _pick) = (name, channels, pick);
        _running = Task.Run(RunAsync);
    }

    /// <summary>What was answered 200, in the order in which it was.</summary>
    public IReadOnlyCollection<(string Channel, string Id)> Accepted => _accepted;

    /// <summary>How long what was not accepted at once took until it was.</summary>
    public IReadOnlyCollection<TimeSpan> Waits => _waits;

    /// <summary>What it was answered instead of 200, and how often.</summary>
    public IReadOnlyDictionary<string, int> Refusals => _refusals;

    /// <summary>Ends when the send under way is accepted.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _running.WaitAsync(Patience.Limit);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        for (var n = 0; !_stopping.IsCancellationRequested; n++)
        {
            var channel = _channels[n % _channels.Count];
            var id = string.Create(CultureInfo.InvariantCulture, $"{_name}.{n}");
            var began = Stopwatch.GetTimestamp();
            var attempts = 1;
            for (; await _pick().SendAsync(channel, id, key: id) is var status && status != HttpStatusCode.OK; attempts++)
            {
                _refusals.AddOrUpdate(status?.ToString() ?? "no answer", 1, (_, count) => count + 1);
                await Task.Delay(Pause);
            }

            if (attempts > 1)
            {
                _waits.Enqueue(Stopwatch.GetElapsedTime(began));
            }

            _accepted.Enqueue((channel, id));
            await Task.Delay(Pause);
        }
    }
}

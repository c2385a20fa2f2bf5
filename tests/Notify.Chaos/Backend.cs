using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Notify.Chaos;

/// <summary>
/// Simulates a backend that publishes without a pause, to any node. A publish that is not answered with 200 is retried with the same
/// idempotency key on another node until it is. It records the accepted publishes, and how long each outage lasted.
/// </summary>
internal sealed class Backend : IAsyncDisposable
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(20);

    private readonly IReadOnlyList<string> _channels;
    private readonly Func<Node> _pick;
    private readonly string _name;
    private readonly TimeSpan _pause;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentQueue<Accepted> _accepted = new();
    private readonly ConcurrentQueue<long> _times = new();
    private readonly ConcurrentQueue<TimeSpan> _waits = new();
    private readonly ConcurrentDictionary<string, int> _refusals = new();
    private readonly ConcurrentQueue<string> _failedTwice = new();
    private readonly ConcurrentQueue<string> _improper = new();
    private readonly Task _running;
    private volatile Node? _asking;
    private Node? _failed;

    /// <summary>Starts publishing.</summary>
    /// <param name="name">The prefix of its notifications.</param>
    /// <param name="channels">The channels, to which it publishes in turn.</param>
    /// <param name="pick">Chooses the node of each request.</param>
    /// <param name="pause">The pause between two publishes.</param>
    public Backend(string name, IReadOnlyList<string> channels, Func<Node> pick, TimeSpan pause)
    {
        (_name, _channels, _pick, _pause) = (name, channels, pick, pause);
        _running = Task.Run(RunAsync);
    }

    /// <summary>Gets the publishes that were answered with 200, in the order of the responses.</summary>
    public IReadOnlyCollection<Accepted> Accepted => _accepted;

    /// <summary>Gets their times, from a clock that never goes back.</summary>
    public IReadOnlyCollection<long> Times => _times;

    /// <summary>Gets the node to which a request is under way; null when there is none.</summary>
    public Node? Asking => _asking;

    /// <summary>Gets how long each publish took that was not accepted at once.</summary>
    public IReadOnlyCollection<TimeSpan> Waits => _waits;

    /// <summary>Gets the responses other than 200, and their numbers.</summary>
    public IReadOnlyDictionary<string, int> Refusals => _refusals;

    /// <summary>Gets the publishes whose first attempt and first retry failed.</summary>
    public IReadOnlyCollection<string> FailedTwice => _failedTwice;

    /// <summary>Gets the responses that violate the protocol.</summary>
    public IReadOnlyCollection<string> Improper => _improper;

    /// <summary>Stops when the publish under way is accepted.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _running.WaitAsync(TestTimeouts.Limit);
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
            for (; await AskAsync(channel, id) is var answer && answer.Status != HttpStatusCode.OK; attempts++)
            {
                _refusals.AddOrUpdate(answer.ToString(), 1, (_, count) => count + 1);
                await Task.Delay(RetryPause);
            }

            if (attempts > 2)
            {
                _failedTwice.Enqueue(id);
            }

            if (attempts > 1)
            {
                _waits.Enqueue(Stopwatch.GetElapsedTime(began));
            }

            _accepted.Enqueue(new Accepted(channel, id));
            _times.Enqueue(Stopwatch.GetTimestamp());
            await Task.Delay(_pause).WaitAsync(_stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<SendAnswer> AskAsync(string channel, string id)
    {
        var node = Pick();
        _asking = node;
        var answer = await node.PostAsync(channel, id, id);
        _asking = null;
        _failed = answer.Status == HttpStatusCode.OK ? null : node;
        if (!answer.IsProper)
        {
            _improper.Enqueue($"a backend was answered {answer}");
        }

        return answer;
    }

    // Like a load balancer: another node than the one that has just failed, if there is one.
    private Node Pick()
    {
        var node = _pick();
        for (var tries = 0; node == _failed && tries < 20; tries++)
        {
            node = _pick();
        }

        return node;
    }
}

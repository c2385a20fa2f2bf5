using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Notify.Chaos;

/// <summary>
/// A backend that sends without a pause, to any node; what is not answered 200 it sends again under the same key, to another node, until
/// it is. It knows what was accepted, and how long each node-less moment was.
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

    /// <summary>Begins to send.</summary>
    /// <param name="name">What its notifications begin with.</param>
    /// <param name="channels">Where it sends, in turn.</param>
    /// <param name="pick">Chooses the node of each request.</param>
    /// <param name="pause">How long it waits between two sends.</param>
    public Backend(string name, IReadOnlyList<string> channels, Func<Node> pick, TimeSpan pause)
    {
        (_name, _channels, _pick, _pause) = (name, channels, pick, pause);
        _running = Task.Run(RunAsync);
    }

    /// <summary>What was answered 200, in the order in which it was.</summary>
    public IReadOnlyCollection<Accepted> Accepted => _accepted;

    /// <summary>When each of them was, by a clock that never goes back.</summary>
    public IReadOnlyCollection<long> Times => _times;

    /// <summary>The node that its request is under way to; null when none is.</summary>
    public Node? Asking => _asking;

    /// <summary>How long what was not accepted at once took until it was.</summary>
    public IReadOnlyCollection<TimeSpan> Waits => _waits;

    /// <summary>What it was answered instead of 200, and how often.</summary>
    public IReadOnlyDictionary<string, int> Refusals => _refusals;

    /// <summary>What was accepted neither at first nor when it was sent again.</summary>
    public IReadOnlyCollection<string> FailedTwice => _failedTwice;

    /// <summary>Answers that it should never be given.</summary>
    public IReadOnlyCollection<string> Improper => _improper;

    /// <summary>Ends when the send under way is accepted.</summary>
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

    // As a balancer does: another one than the one that has just failed, where there is one.
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

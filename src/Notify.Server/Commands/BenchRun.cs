using System.Diagnostics;
using System.Globalization;
using System.Text;
using Notify.Client;

namespace Notify.Server.Commands;

/// <summary>Runs <c>bench</c>: listeners on every connection, senders beside them, and waits until everything has arrived.</summary>
internal sealed class BenchRun
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ArrivalLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly BenchOptions _options;
    private readonly BenchTimes _answers = new();
    private readonly BenchTimes _arrivals = new();
    private readonly string[] _channels;
    private readonly int[] _listeners;
    private long _listening;
    private long _reconnects;
    private long _sends;
    private long _failed;
    private long _expected;
    private long _deliveries;
    private long _next;
    private string? _failure;

    public BenchRun(BenchOptions options)
    {
        _options = options;
        var run = Guid.CreateVersion7().ToString("N");
        _channels = [.. Enumerable.Range(0, options.Channels).Select(number => $"bench:{run}:{number}")];
        _listeners = new int[options.Channels];
    }

    /// <summary>Runs to the end.</summary>
    /// <exception cref="CommandException">The connections cannot be opened.</exception>
    public async Task<BenchReport> RunAsync(CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var began = Stopwatch.GetTimestamp();
        var listeners = Enumerable.Range(0, _options.Connections).Select(number => ListenAsync(number, stop.Token)).ToList();
        try
        {
            await UntilAsync(() => Interlocked.Read(ref _listening) >= _options.Connections, ConnectLimit, cancellation);
            if (Interlocked.Read(ref _listening) < _options.Connections)
            {
                throw new CommandException(
                    $"Only {_listening} of {_options.Connections} connections listen after {ConnectLimit.TotalSeconds} seconds: "
                        + (_failure ?? "the server does not answer"));
            }

            var connected = Stopwatch.GetElapsedTime(began).TotalSeconds;
            var started = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, _options.Senders).Select(_ => SendAsync(started, cancellation)));
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            await UntilAsync(() => Interlocked.Read(ref _deliveries) >= Interlocked.Read(ref _expected), ArrivalLimit, cancellation);
            return new BenchReport(
                _options.Connections, connected, seconds, _sends, _failed, _deliveries, _expected, _reconnects, _answers, _arrivals);
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(listeners);
        }
    }

    private async Task ListenAsync(int number, CancellationToken stop)
    {
        var channel = number % _channels.Length;
        Interlocked.Increment(ref _listeners[channel]);
        var listener = new NotifyListener(new NotifyClientOptions
        {
            Address = _options.Url,
            Key = _options.Key,
            GetToken = _ => ValueTask.FromResult(_options.Token),
        });
        var isFirst = true;
        var subscription = new NotifySubscription(_channels[channel])
        {
            OnStatus = status =>
            {
                if (status.State == ListenState.Waiting)
                {
                    _failure = status.Reason;
                    Interlocked.Increment(ref _reconnects);
                }
                else if (status.State == ListenState.Listening && isFirst)
                {
                    isFirst = false;
                    Interlocked.Increment(ref _listening);
                }
            },
        };
        try
        {
            await foreach (var notification in listener.ListenAsync(subscription, stop))
            {
                var sent = long.Parse(notification.Data.GetProperty("sent").GetString()!, CultureInfo.InvariantCulture);
                _arrivals.Add(Stopwatch.GetElapsedTime(sent));
                Interlocked.Increment(ref _deliveries);
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
        catch (NotifyException exception)
        {
            _failure = exception.Message;
        }
    }

    private async Task SendAsync(long started, CancellationToken cancellation)
    {
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var sender = new NotifySender(http, new NotifyClientOptions { Address = _options.Url, Secret = _options.Secret });
        while (true)
        {
            var number = Interlocked.Increment(ref _next) - 1;
            var due = _options.Rate == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((double)number / _options.Rate);
            var elapsed = Stopwatch.GetElapsedTime(started);
            var until = due < _options.Duration ? due : _options.Duration;
            if (until > elapsed)
            {
                await Task.Delay(until - elapsed, cancellation);
                elapsed = Stopwatch.GetElapsedTime(started);
            }

            if (elapsed >= _options.Duration || due >= _options.Duration)
            {
                return;
            }

            var channel = (int)(number % _channels.Length);
            var sent = Stopwatch.GetTimestamp();
            try
            {
                await sender.SendJsonAsync([_channels[channel]], Payload(sent), cancellation: cancellation);
                _answers.Add(Stopwatch.GetElapsedTime(sent));
                Interlocked.Increment(ref _sends);
                Interlocked.Add(ref _expected, _listeners[channel]);
            }
            catch (NotifySendException exception) when (!exception.StatusCode.HasValue || exception.MayBeStored)
            {
                Interlocked.Increment(ref _failed);
            }
        }
    }

    private byte[] Payload(long sent)
    {
        var head = FormattableString.Invariant($"{{\"sent\":\"{sent}\",\"fill\":\"");
        return Encoding.ASCII.GetBytes(head.PadRight(Math.Max(head.Length, _options.Bytes - 2), 'x') + "\"}");
    }

    // Waits until the condition holds or the time is over. Without a single listener, the first failure ends the run.
    private async Task UntilAsync(Func<bool> condition, TimeSpan limit, CancellationToken cancellation)
    {
        for (var began = Stopwatch.GetTimestamp(); !condition() && Stopwatch.GetElapsedTime(began) < limit;)
        {
            if (_failure is { } failure && Interlocked.Read(ref _listening) == 0)
            {
                throw new CommandException($"No connection listens: {failure}");
            }

            await Task.Delay(Look, cancellation);
        }
    }
}

using System.Diagnostics;
using System.Globalization;

namespace Notify.Benchmarks.Load;

/// <summary>Performs a run: connects, publishes, waits for deliveries under way, counts.</summary>
internal sealed class LoadRun(LoadOptions options, TextWriter progress)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly Tally _tally = new();
    private readonly List<LoadChannel> _channels =
        [.. Enumerable.Range(0, options.Channels)
            .Select(i => new LoadChannel(string.Create(CultureInfo.InvariantCulture, $"load-{Guid.NewGuid():N}-{i}")))];

    /// <summary>Performs the run.</summary>
    /// <exception cref="LoadException">The run cannot continue.</exception>
    public async Task<LoadReport> RunAsync(CancellationToken cancellationToken)
    {
        using var listening = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var telling = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var watched = new Watched(options.Processes);
        var told = TellAsync(telling.Token);
        var began = Stopwatch.GetTimestamp();
        await ConnectAsync(listening.Token);
        var connectTime = Stopwatch.GetElapsedTime(began);
        watched.Connected();

        var seconds = await SendAsync(watched, cancellationToken);
        await WaitForRestAsync(cancellationToken);
        await telling.CancelAsync();
        await told;
        var report = Report(connectTime, seconds, watched);
        await listening.CancelAsync();
        return report;
    }

    private async Task ConnectAsync(CancellationToken stopping) => await Parallel.ForEachAsync(
        Enumerable.Range(0, options.Connections),
        new ParallelOptions { MaxDegreeOfParallelism = options.Handshakes, CancellationToken = stopping },
        async (i, _) =>
        {
            var channel = _channels[i % _channels.Count];
            var subscriber = new Subscriber(options, Server(i), channel.Name, _tally);
            await subscriber.JoinAsync(stopping);
            lock (channel)
            {
                channel.Subscribers.Add(subscriber);
            }

            _tally.Connected();
        });

    private async Task<double> SendAsync(Watched watched, CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = options.Publishers };
        using var client = new HttpClient(handler);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var publishers = Math.Min(options.Publishers, _channels.Count);
        var countsFrom = Stopwatch.GetTimestamp() + (long)(options.Warmup.TotalSeconds * Stopwatch.Frequency);
        var running = Enumerable.Range(0, publishers).Select(i =>
        {
            var mine = _channels.Where((_, channel) => channel % publishers == i).ToList();
            return new Publisher(options, client, Server(i), mine, _tally).RunAsync(
                options.Rate * mine.Count / _channels.Count, countsFrom, stopping.Token);
        }).ToList();
        stopping.CancelAfter(options.Warmup + options.Duration);
        await Task.Delay(options.Warmup, cancellationToken);
        watched.Begin();
        await Task.WhenAll(running);
        watched.End();
        return Stopwatch.GetElapsedTime(countsFrom).TotalSeconds;
    }

    private async Task WaitForRestAsync(CancellationToken cancellationToken)
    {
        for (var began = Stopwatch.GetTimestamp(); CountLost() > 0 && Stopwatch.GetElapsedTime(began) < LongestWait;)
        {
            await Task.Delay(20, cancellationToken);
        }
    }

    private long CountLost() => _channels.Sum(channel => channel.CountLost());

    private Uri Server(int i) => options.Urls[i % options.Urls.Count];

    private async Task TellAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        long sent = 0;
        long told = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                await progress.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{_tally.Connections} of {options.Connections} connected, {_tally.Sent - sent} sends/s, "
                    + $"{_tally.Told - told} deliveries/s, {_tally.Refusals} refused, "
                    + $"{_tally.Ends} ended; p99 {_tally.Deliveries.Percentile(99):0.0} ms"));
                (sent, told) = (_tally.Sent, _tally.Told);
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    private LoadReport Report(TimeSpan connectTime, double seconds, Watched watched) => new()
    {
        Transport = options.Dialect.Name,
        Connections = options.Connections,
        Channels = options.Channels,
        Bytes = options.Bytes,
        ConnectSeconds = connectTime.TotalSeconds,
        Seconds = seconds,
        Sends = _tally.CountedSends,
        SendsPerSecond = _tally.CountedSends / seconds,
        Refused = _tally.Refusals,
        Deliveries = _tally.CountedDeliveries,
        DeliveriesPerSecond = _tally.CountedDeliveries / seconds,
        AnswerMs = LoadReport.Percentiles.Of(_tally.Answers),
        DeliveryMs = LoadReport.Percentiles.Of(_tally.Deliveries),
        Lost = CountLost(),
        Doubled = _tally.Doubles,
        Reordered = _tally.Reorders,
        Ended = _tally.Ends,
        Server = watched.Cost(options.Connections, _tally.CountedSends, _tally.CountedDeliveries),
    };
}

using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Notify.Benchmarks.Load;

/// <summary>
/// Simulates a backend that publishes to its channels in turn, one request at a time, so that each channel has one order.
/// </summary>
internal sealed class Publisher(LoadOptions options, HttpClient client, Uri server, IReadOnlyList<LoadChannel> channels, Tally tally)
{
    /// <summary>Publishes until it is cancelled.</summary>
    /// <param name="rate">Publishes per second; 0 for no pause. Times are measured from when a publish was due, even if the previous one
    /// took longer.</param>
    /// <param name="countsFrom">The time stamp from which on publishes count.</param>
    /// <param name="stopping">Ends it after the publish under way.</param>
    public async Task RunAsync(double rate, long countsFrom, CancellationToken stopping)
    {
        var began = Stopwatch.GetTimestamp();
        for (var n = 0L; !stopping.IsCancellationRequested; n++)
        {
            var due = Stopwatch.GetTimestamp();
            if (rate > 0)
            {
                due = began + (long)(n / rate * Stopwatch.Frequency);
                if (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is { Ticks: > 0 } early)
                {
                    await Task.Delay(early, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    if (stopping.IsCancellationRequested)
                    {
                        return;
                    }
                }
            }

            await SendAsync(channels[(int)(n % channels.Count)], due, due >= countsFrom);
        }
    }

    private async Task SendAsync(LoadChannel channel, long due, bool counts)
    {
        var stamp = new Stamp(channel.Next(), due, counts);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, "/send"));
        request.Headers.TryAddWithoutValidation("notification-secret", options.Secret);
        request.Content = new StringContent(
            $$"""{"channel":{{JsonSerializer.Serialize(channel.Name)}},"notification":"{{stamp.ToNotification(options.Bytes)}}"}""",
            Encoding.UTF8,
            "application/json");
        try
        {
            using var answer = await client.SendAsync(request, CancellationToken.None);
            if (answer.IsSuccessStatusCode)
            {
                channel.Accept();
                tally.Answered(stamp);
                return;
            }

            if ((int)answer.StatusCode is 401 or 403)
            {
                throw new LoadException(
                    $"{server} does not let this secret send: {(int)answer.StatusCode} "
                        + $"{await answer.Content.ReadAsStringAsync(CancellationToken.None)}");
            }
        }
        catch (HttpRequestException)
        {
            // Counted with the refused ones.
        }

        tally.Refused();
    }
}

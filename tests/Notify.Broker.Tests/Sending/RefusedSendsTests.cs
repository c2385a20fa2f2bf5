using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Notify.Broker.Sending;

namespace Notify.Broker.Tests.Sending;

/// <summary>Tests that refused publishes are logged by their reason, at most once a minute.</summary>
public sealed class RefusedSendsTests
{
    [Fact]
    public void Each_reason_is_a_line_at_once_and_then_once_a_minute_with_the_count()
    {
        var (time, log) = (new FakeTimeProvider(), new Lines());
        using var refused = new RefusedSends(log, time);

        refused.Add(SendFailure.NoQuorum);
        refused.Add(SendFailure.NoQuorum);
        refused.Add(SendFailure.NoQuorum);
        refused.Add(SendFailure.NoAnswer);
        Assert.Equal(2, log.All.Count);
        Assert.All(
            log.All,
            line => Assert.StartsWith("Warning SendsRefused Publishes are answered with 503. ", line, StringComparison.Ordinal));
        Assert.Contains("majority", log.All[0], StringComparison.Ordinal);
        Assert.Contains("NOTIFY_SEND_TIMEOUT", log.All[1], StringComparison.Ordinal);

        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Contains("Refused: 2.", Assert.Single(log.All.Skip(2)), StringComparison.Ordinal);
    }

    private sealed class Lines : ILogger
    {
        public List<string> All { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Add($"{logLevel} {eventId.Name} {formatter(state, exception)}");
    }
}

using System.Diagnostics;
using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.Metrics;

namespace Notify.Server.Sessions;

/// <summary>Counts each join and logs it at Debug: accepted, or refused and why.</summary>
/// <param name="metrics">Counts the joins.</param>
/// <param name="logger">The log.</param>
internal sealed partial class JoinLog(JoinMetrics metrics, ILogger<JoinLog> logger)
{
    /// <summary>Wraps the reply to a join, so that the outcome is counted and logged.</summary>
    /// <param name="connection">The id of the connection.</param>
    /// <param name="channel">The channel as it is named by the client.</param>
    /// <param name="reply">The reply; null when the client asked for none.</param>
    /// <param name="hasPosition">Whether the client asks for what it missed since a position.</param>
    public JoinReply Follow(string connection, string? channel, JoinReply? reply, bool hasPosition) =>
        new Entry(this, connection, channel, reply, hasPosition);

    /// <summary>Logs a join that is refused without a reply.</summary>
    public void Refused(ISubscriber subscriber, string connection, string channel, string error)
    {
        subscriber.Trace?.JoinRefused(channel, error);
        metrics.Refused(error);
        LogRefused(connection, channel, error);
    }

    private void Count(string outcome, long began) => metrics.Answered(outcome, Stopwatch.GetElapsedTime(began));

    [LoggerMessage(
        1,
        LogLevel.Debug,
        "Connection {Connection} joined channel {Channel} at offset {Offset} (recovered: {Recovered}).",
        EventName = "Joined")]
    private partial void LogJoined(string connection, string? channel, long offset, bool recovered);

    [LoggerMessage(2, LogLevel.Debug, "Connection {Connection} may not join channel {Channel}: {Error}.", EventName = "JoinRefused")]
    private partial void LogRefused(string connection, string? channel, string error);

    /// <summary>Logs the outcome of one join before it passes it on.</summary>
    private sealed class Entry(JoinLog log, string connection, string? channel, JoinReply? reply, bool hasPosition) : JoinReply
    {
        private readonly long _began = Stopwatch.GetTimestamp();

        public override void Joined(ISubscriber subscriber, Position position, bool recovered)
        {
            log.Count(!hasPosition ? "joined" : recovered ? "recovered" : "not_recovered", _began);
            subscriber.Trace?.Joined(channel, position, recovered);
            log.LogJoined(connection, channel, position.Offset, recovered);
            reply?.Joined(subscriber, position, recovered);
        }

        public override void Failed(ISubscriber subscriber, string error)
        {
            log.Count(error, _began);
            subscriber.Trace?.JoinRefused(channel, error);
            log.LogRefused(connection, channel, error);
            if (reply is not null)
            {
                reply.Failed(subscriber, error);
            }
            else if (error == JoinErrors.Unavailable)
            {
                // As the relay does without a reply: only the end of the connection can tell the client.
                subscriber.End(EndReason.Unavailable);
            }
        }
    }
}

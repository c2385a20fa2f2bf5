using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.Metrics;
using Notify.Broker.Recovery;
using Notify.Protocol.SocketIo;

namespace Notify.Server.SocketIo;

/// <summary>
/// Implements connection state recovery for stock clients 4.6 and later: creates their sessions, and finds the sessions of reconnecting
/// clients.
/// </summary>
/// <param name="sessions">The sessions of this node.</param>
/// <param name="holders">Finds sessions on any node.</param>
/// <param name="privateIds">Creates private ids of sessions.</param>
/// <param name="socketIds">Creates socket ids.</param>
/// <param name="metrics">Counts recoveries.</param>
/// <param name="logger">The log for failures.</param>
public sealed partial class SocketRecovery(
    RecoverableSessions sessions,
    ISessionHolders holders,
    PrivateIds privateIds,
    SocketIds socketIds,
    BrokerMetrics metrics,
    ILogger<SocketRecovery> logger)
{
    /// <summary>Gets the sessions of this node.</summary>
    internal RecoverableSessions Sessions => sessions;

    /// <summary>Creates a new session.</summary>
    internal RecoverableSession Create() => new(privateIds.Next(), socketIds.Next(), new DeliveryLog());

    /// <summary>Finds the session of a reconnecting client. Returns null when the session, or its channels, are unknown.</summary>
    internal async Task<RecoverableSession?> FindAsync(string privateId, LastReceived last) => await holders.ClaimAsync(privateId) switch
    {
        SessionHandover.Found found => found.Session,

        // A socket id contains its node, so the socket gets a new id here. The client only compares the private id.
        SessionHandover.HolderGone when last is LastReceived.Position { IsAlone: true } position && IsChannel(position.Channel) =>
            new RecoverableSession(privateId, socketIds.Next(), DeliveryLog.Of(position)) { Owner = SessionOwner.Anybody },
        _ => null,
    };

    /// <summary>Counts and logs a client that came back.</summary>
    internal void Count(ResumeOutcome outcome, string connection)
    {
        var name = NameOf(outcome);
        metrics.Recoveries.Recovered(name);
        LogRecovery(connection, name);
    }

    /// <summary>Counts the missed notifications that were sent together with the answer to a recovered session.</summary>
    internal void Replayed(int notifications) => metrics.Recoveries.Replayed(notifications);

    /// <summary>Logs a recovery that failed because of a bug. Its client is disconnected, so that it reconnects.</summary>
    internal void Failed(Exception exception, string session) => LogFailed(exception, session);

    private static bool IsChannel(string text) => ChannelName.TryCreate(text, out var name) && name == text && !SocketIds.IsSocketId(name);

    private static string NameOf(ResumeOutcome outcome) => outcome switch
    {
        ResumeOutcome.Recovered => "recovered",
        ResumeOutcome.Refused => "refused",
        ResumeOutcome.Lost => "lost",
        ResumeOutcome.Unavailable => "unavailable",
        ResumeOutcome.Ended => "ended",
        _ => "unknown",
    };

    [LoggerMessage(1, LogLevel.Error, "The recovery of session {Session} failed; the session is ended.", EventName = "RecoveryFailed")]
    private partial void LogFailed(Exception exception, string session);

    [LoggerMessage(2, LogLevel.Debug, "Connection {Connection} asked for its former session: {Outcome}.", EventName = "Recovery")]
    private partial void LogRecovery(string connection, string outcome);
}

using Notify.Broker;
using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.Recovery;
using Notify.Protocol.SocketIo;

namespace Notify.Server.SocketIo;

/// <summary>Connection state recovery of stock clients 4.6 and later: makes their sessions, and finds those of clients that come back.</summary>
/// <param name="sessions">The sessions of this node.</param>
/// <param name="holders">Whoever may hold the session of a client that comes back.</param>
/// <param name="privateIds">Names sessions for their clients.</param>
/// <param name="socketIds">Names sockets.</param>
/// <param name="metrics">Counts the clients that come back.</param>
/// <param name="logger">Where failures go.</param>
public sealed partial class SocketRecovery(
    RecoverableSessions sessions,
    ISessionHolders holders,
    PrivateIds privateIds,
    SocketIds socketIds,
    BrokerMetrics metrics,
    ILogger<SocketRecovery> logger)
{
    /// <summary>The sessions of this node.</summary>
    internal RecoverableSessions Sessions => sessions;

    /// <summary>A session that begins.</summary>
    internal RecoverableSession Create() => new(privateIds.Next(), socketIds.Next(), new DeliveryLog());

    /// <summary>Finds the session of a client that comes back. Null when nobody knows it, or what it had joined.</summary>
    internal async Task<RecoverableSession?> FindAsync(string privateId, LastReceived last) => await holders.ClaimAsync(privateId) switch
    {
        SessionHandover.Found found => found.Session,

        // An id names its node, so the socket gets one of this; its client only compares the private id.
        SessionHandover.HolderGone when last is LastReceived.Position { IsAlone: true } position && IsChannel(position.Channel) =>
            new RecoverableSession(privateId, socketIds.Next(), DeliveryLog.Of(position)),
        _ => null,
    };

    /// <summary>Counts and logs a client that came back.</summary>
    internal void Count(string outcome, string connection)
    {
        metrics.Recovery(outcome);
        LogRecovery(connection, outcome);
    }

    /// <summary>A recovery failed by a defect; its client is ended, so that it comes back.</summary>
    internal void Failed(Exception exception, string session) => LogFailed(exception, session);

    private static bool IsChannel(string text) => ChannelName.TryCreate(text, out var name) && name == text && !SocketIds.IsSocketId(name);

    [LoggerMessage(1, LogLevel.Error, "The recovery of session {Session} failed; the session is ended.", EventName = "RecoveryFailed")]
    private partial void LogFailed(Exception exception, string session);

    [LoggerMessage(2, LogLevel.Debug, "Connection {Connection} asked for its former session: {Outcome}.", EventName = "Recovery")]
    private partial void LogRecovery(string connection, string outcome);
}

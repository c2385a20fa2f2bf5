using Microsoft.Extensions.Logging;

namespace Notify.Storage;

/// <summary>Holds the log events of the stores. Each event is one line; stack traces are logged at Debug.</summary>
internal static partial class StoreLog
{
    [LoggerMessage(1, LogLevel.Information, "Notifications are stored in {File}{Link}.", EventName = "StoreOpened")]
    public static partial void Opened(ILogger logger, string file, string link);

    [LoggerMessage(
        2,
        LogLevel.Error,
        "{Store} does not work: {Cause} Requests to /send are answered with 503 in the meantime.",
        EventName = "StoreTrouble")]
    public static partial void Trouble(ILogger logger, string store, string cause);

    [LoggerMessage(
        3,
        LogLevel.Information,
        "{Store} works again, after {Duration}. Requests that were refused meanwhile: {Refused}.",
        EventName = "StoreBack")]
    public static partial void Back(ILogger logger, string store, TimeSpan duration, long refused);

    [LoggerMessage(4, LogLevel.Error, "{Store} rejected a request because of its data: {Cause}", EventName = "StoreRejects")]
    public static partial void Rejected(ILogger logger, string store, string cause);

    [LoggerMessage(5, LogLevel.Debug, "{Store}: the stack trace of the failure.", EventName = "StoreStack")]
    public static partial void Stack(ILogger logger, Exception exception, string store);

    [LoggerMessage(
        6,
        LogLevel.Error,
        "{Store}: a part of the history of channel {Channel} cannot be read: {Cause} Clients that need it receive recovered: false. "
            + "Check the database, or restore it from a backup.",
        EventName = "HistoryDamaged")]
    public static partial void Damaged(ILogger logger, string store, string channel, string cause);

    [LoggerMessage(
        7,
        LogLevel.Warning,
        "{Store}: notifications that were stored are missing at the end of channel {Channel} "
            + "(channels since the last line of this kind: {Count}). "
            + "The channel has a new epoch: clients that reconnect receive recovered: false.",
        EventName = "HistoryEndLost")]
    public static partial void EndLost(ILogger logger, string store, string channel, long count);

    [LoggerMessage(
        8,
        LogLevel.Warning,
        "{Store} does not match {File}: an older copy was restored, or the database was moved without that file. "
            + "Notifications that clients have received may be missing in it, so every channel has a new epoch: "
            + "clients that reconnect receive recovered: false once.",
        EventName = "StoreReplaced")]
    public static partial void Replaced(ILogger logger, string store, string file);

    [LoggerMessage(
        9,
        LogLevel.Warning,
        "{File} cannot be written: {Cause} Until it can, a restored copy of the database may not be noticed.",
        EventName = "GenerationFails")]
    public static partial void GenerationFails(ILogger logger, string file, string cause);

    [LoggerMessage(
        10, LogLevel.Warning, "{Store}: the generation could not be updated at the stop: {Cause}", EventName = "GenerationNotMarked")]
    public static partial void GenerationNotMarked(ILogger logger, string store, string cause);

    [LoggerMessage(
        11,
        LogLevel.Warning,
        "The history takes {Percent} % of NOTIFY_STORE_MAX: {Used} of {Max} bytes. Beyond the limit the oldest notifications are deleted. "
            + "Raise NOTIFY_STORE_MAX, or lower NOTIFY_HISTORY_SIZE or NOTIFY_HISTORY_TTL.",
        EventName = "StoreFull")]
    public static partial void Full(ILogger logger, int percent, long used, long max);

    [LoggerMessage(
        12,
        LogLevel.Information,
        "Nothing was stored for {Pause}, by the clock of {Host}. In case that clock is wrong, nothing is deleted because of it "
            + "for {Settling}.",
        EventName = "ClockPause")]
    public static partial void ClockPause(ILogger logger, string pause, string host, string settling);

    [LoggerMessage(13, LogLevel.Information, "The clock of {Host} is back where it was before it jumped.", EventName = "ClockBack")]
    public static partial void ClockBack(ILogger logger, string host);

    [LoggerMessage(
        14,
        LogLevel.Warning,
        "The clock of {Host} jumped {Jump} {Direction}. Nothing is deleted because of it until the jump has lasted for {Settling}. "
            + "Check the clock.",
        EventName = "ClockJumped")]
    public static partial void ClockJumped(ILogger logger, string host, string jump, string direction, string settling);

    [LoggerMessage(
        15, LogLevel.Information, "The clock of {Host} has stayed where it is, and is trusted again.", EventName = "ClockTrusted")]
    public static partial void ClockTrusted(ILogger logger, string host);

    [LoggerMessage(
        16,
        LogLevel.Warning,
        "{Store}: another session of the database holds the row of channel {Channel} (channels in all: {Count}). "
            + "Publishes to these channels are answered with 503 until that session ends its transaction.",
        EventName = "RowHeld")]
    public static partial void RowHeld(ILogger logger, string store, string channel, int count);

    [LoggerMessage(
        17,
        LogLevel.Warning,
        "{Store}: {Noticed} Notifications that clients have received may be missing in it, so every channel has a new epoch: "
            + "clients that reconnect receive recovered: false once.",
        EventName = "DatabaseReplaced")]
    public static partial void DatabaseReplaced(ILogger logger, string store, string noticed);

    [LoggerMessage(18, LogLevel.Information, "{Store}: {Noticed}", EventName = "DatabaseChanged")]
    public static partial void DatabaseChanged(ILogger logger, string store, string noticed);

    [LoggerMessage(
        19, LogLevel.Debug, "{Store}: {Cause} Changes of the server are only detected by other means.", EventName = "ServerUnknown")]
    public static partial void ServerUnknown(ILogger logger, string store, string cause);

    [LoggerMessage(20, LogLevel.Debug, "The size of the history could not be measured: {Cause}", EventName = "SizeUnknown")]
    public static partial void SizeUnknown(ILogger logger, Exception exception, string cause);

    [LoggerMessage(
        21, LogLevel.Warning, "{Store} does not answer yet: {Cause} The connection is retried for {Seconds} s " +
            "more.", EventName = "StoreWaits")]
    public static partial void Waits(ILogger logger, string store, string cause, long seconds);

    [LoggerMessage(
        22,
        LogLevel.Warning,
        "Other users of this machine may read {File}, whose mode is {Mode}: use chmod go= on it and on the files beside it that begin "
            + "with its name.",
        EventName = "FileReadable")]
    public static partial void Readable(ILogger logger, string file, string mode);
}

using System.Collections.Concurrent;
using Notify.Broker;

namespace Notify.Server.Access;

/// <summary>Logs missing answers of the backend at most once a minute for each kind, with their number and the last reason.</summary>
/// <param name="host">The host of the backend's URL, which may contain a secret elsewhere.</param>
/// <param name="logger">The log.</param>
/// <param name="time">The clock for the minute.</param>
internal sealed partial class AuthorizeLog(string host, ILogger<AuthorizeLog> logger, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<AuthorizeFailure, MinuteLog<string>> _kinds = new();

    /// <summary>Counts a question without a usable answer; ignores one that has an answer.</summary>
    public void Add(AuthorizeResult result)
    {
        if (result.Failure != AuthorizeFailure.None)
        {
            _kinds.GetOrAdd(result.Failure, static (_, log) => log.Create(), this).Add(result.Reason ?? "");
        }
    }

    /// <summary>Logs that the backend answers again, after it was not asked because it failed too often.</summary>
    public void Back() => LogBack(host);

    /// <summary>Logs a bug.</summary>
    [LoggerMessage(2, LogLevel.Error, "A question about a join failed in this server.", EventName = "AuthorizeUnexpected")]
    public partial void Unexpected(Exception exception);

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var kind in _kinds.Values)
        {
            kind.Dispose();
        }
    }

    private MinuteLog<string> Create() => new(time, Interval, (count, last) => LogUnavailable(host, LogText.Of(last), count));

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "The backend {Host} did not say whether clients may join channels: {Reason}. Their joins are answered with unavailable. "
            + "Questions: {Count}. Logged at most once a minute.",
        EventName = "AuthorizeDown")]
    private partial void LogUnavailable(string host, string reason, long count);

    [LoggerMessage(3, LogLevel.Information, "The backend {Host} answers questions about joins again.", EventName = "AuthorizeBack")]
    private partial void LogBack(string host);
}

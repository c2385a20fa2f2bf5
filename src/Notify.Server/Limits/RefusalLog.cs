using System.Collections.Concurrent;
using System.Net;
using Notify.Broker;

namespace Notify.Server.Limits;

/// <summary>Logs refusals at most once a minute for each kind, with their number and the last client.</summary>
/// <param name="logger">The log.</param>
/// <param name="time">The clock for the minute.</param>
public sealed partial class RefusalLog(ILogger<RefusalLog> logger, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, MinuteLog<IPAddress?>> _kinds = new(StringComparer.Ordinal);

    /// <summary>Counts a refusal.</summary>
    /// <param name="sentence">The refusal, its reason and a fix for the operator; the same text for each refusal of this kind.</param>
    /// <param name="address">The address of the client; null when it is unknown.</param>
    public void Add(string sentence, IPAddress? address) =>
        _kinds.GetOrAdd(sentence, static (sentence, log) => log.Create(sentence), this).Add(address);

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var kind in _kinds.Values)
        {
            kind.Dispose();
        }
    }

    private MinuteLog<IPAddress?> Create(string sentence) =>
        new(time, Interval, (count, last) => LogRefused(sentence, count, last is null ? "unknown" : last));

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "{Refusal} Refused: {Count}, the last one {Address}. Logged at most once a minute.",
        EventName = "LimitReached")]
    private partial void LogRefused(string refusal, long count, object address);
}

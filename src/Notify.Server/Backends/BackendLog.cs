using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Notify.Broker;
using Notify.Server.Telemetry;

namespace Notify.Server.Backends;

/// <summary>
/// Logs what backends do as operators, and the requests of backends that are refused: the latter at most once a minute for each name and
/// reason. Names come from the file of secrets and reasons from the program, so their number is bounded.
/// </summary>
/// <param name="logger">The log.</param>
/// <param name="time">The clock for the minute.</param>
internal sealed partial class BackendLog(ILogger<BackendLog> logger, TimeProvider time) : IDisposable
{
    /// <summary>The name of a backend whose secret is wrong or missing.</summary>
    public const string Unknown = "unknown";

    private const string None = "none";

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(string Name, string Reason), MinuteLog<Call>> _refusals = new();

    /// <summary>Logs a call with the scope <c>admin</c>.</summary>
    /// <param name="context">The request.</param>
    /// <param name="backend">The backend.</param>
    /// <param name="subject">The user, session or other subject of the call; null when there is none.</param>
    /// <param name="status">The status of the response.</param>
    public void Called(HttpContext context, Backend backend, string? subject, int status) =>
        LogCalled(
            HttpMethods.IsPost(context.Request.Method) ? LogLevel.Information : LogLevel.Debug,
            backend.Name,
            RouteOf(context),
            subject ?? None,
            AddressOf(context),
            status,
            context.Features.Get<RequestSpan>()?.TraceId ?? None);

    /// <summary>Counts a refused request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="name">The backend's name, or <see cref="Unknown"/>.</param>
    /// <param name="reason">The reason; one of a few constants.</param>
    /// <param name="subject">The channel or other subject of the request; null when there is none.</param>
    public void Refused(HttpContext context, string name, string reason, string? subject = null) =>
        _refusals.GetOrAdd((name, reason), static (kind, log) => log.Create(kind.Name, kind.Reason), this)
            .Add(new Call(RouteOf(context), subject ?? None, AddressOf(context)));

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var refusals in _refusals.Values)
        {
            refusals.Dispose();
        }
    }

    // The pattern and not the path, which anybody chooses.
    private static string RouteOf(HttpContext context) => (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "/send";

    private static object AddressOf(HttpContext context) => (object?)context.Connection.RemoteIpAddress ?? Unknown;

    private MinuteLog<Call> Create(string name, string reason) => new(
        time, Interval, (count, last) => LogRefused(name, reason, last.Route, last.Subject, last.Address, count));

    // Queries change nothing, and a console asks once a second.
    [LoggerMessage(
        EventId = 1,
        EventName = "ApiCall",
        Message = "{Name} called {Route}; subject: {Subject}; address: {Address}; status: {Status}; trace: {TraceId}.")]
    private partial void LogCalled(
        LogLevel level, string name, string route, string subject, object address, int status, string traceId);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "Requests of {Name} are refused: {Reason}. The last one: {Route}; subject: {Subject}; address: {Address}. Refused: {Count}. "
            + "Logged at most once a minute.",
        EventName = "SecretRefused")]
    private partial void LogRefused(string name, string reason, string route, string subject, object address, long count);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Call(string Route, string Subject, object Address);
}

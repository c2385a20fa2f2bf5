using System.Text.Json;
using Notify.Server.Troubles;

namespace Notify.Server.Health;

/// <summary>Encodes the answers of the health checks.</summary>
internal static class HealthAnswer
{
    private const string Ok = "ok";
    private const string Degraded = "degraded";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Encodes the answer of a process that runs.</summary>
    public static byte[] Live(string version, TimeSpan uptime) =>
        JsonSerializer.SerializeToUtf8Bytes(new LiveBody(Ok, version, (long)uptime.TotalSeconds), Json);

    /// <summary>Encodes whether new clients should be sent to this node.</summary>
    /// <param name="reasons">What is wrong, the worst first; empty when nothing is.</param>
    public static byte[] Ready(IReadOnlyList<CurrentTrouble> reasons) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new ReadyBody(
                reasons.Count == 0 ? Ok : NameOf(reasons[0]),
                [.. reasons.Select(static reason => new Reason(reason.Part, reason.Message, reason.Since))]),
            Json);

    private static string NameOf(CurrentTrouble worst) => worst switch
    {
        { Effect: TroubleEffects.Degraded } => Degraded,
        { Part: TroubleParts.Quorum } => "no quorum",
        _ => worst.Part,
    };

    private sealed record LiveBody(string Status, string Version, long UptimeSeconds);

    private sealed record ReadyBody(string Status, IReadOnlyList<Reason> Reasons);

    private sealed record Reason(string Part, string Message, DateTimeOffset Since);
}

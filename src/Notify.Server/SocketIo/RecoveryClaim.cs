using System.Text.Json;
using Notify.Broker.Recovery;
using Notify.Protocol.JavaScript;
using Notify.Protocol.SocketIo;

namespace Notify.Server.SocketIo;

/// <summary>
/// Represents a client's claim to its former session in its connect request: <c>{pid, offset}</c> beside the page's <c>auth</c>.
/// </summary>
/// <param name="PrivateId">The private id; null when there is none in the right form.</param>
/// <param name="Last">The last event that the client received.</param>
/// <param name="AsksForRecovery">Whether the page sets <c>recovery: true</c>.</param>
internal sealed record RecoveryClaim(string? PrivateId, LastReceived Last, bool AsksForRecovery)
{
    /// <summary>
    /// Gets whether the client requests a session that can be recovered. A client with a private id has requested one before.
    /// </summary>
    public bool IsAsking => AsksForRecovery || PrivateId is not null;

    /// <summary>Reads the client's claim. Any input is accepted.</summary>
    public static RecoveryClaim Read(JsonElement? auth)
    {
        if (auth is not { ValueKind: JsonValueKind.Object } given)
        {
            return new RecoveryClaim(null, LastReceived.Nothing.Instance, false);
        }

        var id = given.TryGetProperty("pid", out var pid) && pid.ValueKind == JsonValueKind.String ? JsString.From(pid) : null;
        var last = !given.TryGetProperty("offset", out var offset) ? LastReceived.Nothing.Instance
            : offset.ValueKind == JsonValueKind.String ? LastReceived.Parse(JsString.From(offset))
            : LastReceived.Unknown.Instance;
        var isAsked = given.TryGetProperty("recovery", out var recovery) && recovery.ValueKind == JsonValueKind.True;
        return new RecoveryClaim(id is not null && PrivateIds.IsPrivateId(id) ? id : null, last, isAsked);
    }
}

using System.Text.Json;
using Notify.Broker.Recovery;
using Notify.Protocol.JavaScript;
using Notify.Protocol.SocketIo;

namespace Notify.Server.SocketIo;

/// <summary>What a client that had a session says of it in its connect request: <c>{pid, offset}</c>, beside what the page gives as <c>auth</c>.</summary>
/// <param name="PrivateId">The private id; null when there is none in the form of one.</param>
/// <param name="Last">What it received last.</param>
/// <param name="AsksForRecovery">Whether the page gives <c>recovery: true</c>.</param>
internal sealed record RecoveryClaim(string? PrivateId, LastReceived Last, bool AsksForRecovery)
{
    /// <summary>Whether the client asks for a session that can be recovered. One that names such a session has asked before.</summary>
    public bool IsAsking => AsksForRecovery || PrivateId is not null;

    /// <summary>Reads what the client says; anything may stand there.</summary>
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

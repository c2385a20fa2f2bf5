using System.Text.Json;
using Notify.Broker.Recovery;
using Notify.Protocol.JavaScript;
using Notify.Protocol.SocketIo;

namespace Notify.Server.SocketIo;

/// <summary>What a client that had a session says of it in its connect request: <c>{pid, offset}</c>, beside what the page gives as <c>auth</c>.</summary>
/// <param name="PrivateId">The private id; null when there is none in the form of one.</param>
/// <param name="Last">What it received last.</param>
internal sealed record RecoveryClaim(string? PrivateId, LastReceived Last)
{
    /// <summary>Reads what the client says; anything may stand there.</summary>
    public static RecoveryClaim Read(JsonElement? auth)
    {
        if (auth is not { ValueKind: JsonValueKind.Object } given)
        {
            return new RecoveryClaim(null, LastReceived.Nothing.Instance);
        }

        var id = given.TryGetProperty("pid", out var pid) && pid.ValueKind == JsonValueKind.String ? JsString.From(pid) : null;
        var last = !given.TryGetProperty("offset", out var offset) ? LastReceived.Nothing.Instance
            : offset.ValueKind == JsonValueKind.String ? LastReceived.Parse(JsString.From(offset))
            : LastReceived.Unknown.Instance;
        return new RecoveryClaim(id is not null && PrivateIds.IsPrivateId(id) ? id : null, last);
    }
}

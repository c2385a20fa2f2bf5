using System.Text.Json;
using Notify.Protocol;
using Notify.Server.Access;

namespace Notify.Server.SocketIo;

/// <summary>Represents a client's request to connect a namespace, parsed as far as possible without the session.</summary>
/// <param name="Namespace">The namespace.</param>
/// <param name="Refusal">The response when the namespace does not exist; null when it does.</param>
/// <param name="Auth">The client's <c>auth</c>; null when there is none.</param>
/// <param name="IsKnown">Whether the application accepts the client's <c>auth</c>.</param>
/// <param name="Identification">Who the client is, as soon as its token is verified.</param>
/// <param name="Claim">The client's claim to its former session; null when its session is not recoverable.</param>
internal sealed record ConnectRequest(
    string Namespace,
    WireMessage? Refusal,
    JsonElement? Auth,
    bool IsKnown,
    ValueTask<Identification> Identification,
    RecoveryClaim? Claim);

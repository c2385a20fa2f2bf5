using System.Text.Json;
using Notify.Protocol;

namespace Notify.Server.SocketIo;

/// <summary>A client's request to enter a namespace, read as far as it can be without the session.</summary>
/// <param name="Namespace">The namespace.</param>
/// <param name="Refusal">The answer when there is no such namespace; null when there is.</param>
/// <param name="Auth">What the client gave as <c>auth</c>; null when there is nothing.</param>
/// <param name="IsKnown">Whether the application knows the client by it.</param>
/// <param name="Claim">What the client says of a session that it had; null where its session is not to be recovered.</param>
internal sealed record ConnectRequest(string Namespace, WireMessage? Refusal, JsonElement? Auth, bool IsKnown, RecoveryClaim? Claim);

using System.Runtime.InteropServices;
using System.Text.Json;
using Notify.Protocol.SocketIo;
using Notify.Server.EngineIo;
using Notify.Server.SocketIo;

namespace Notify.ProtocolHost;

/// <summary>
/// Sends <c>auth</c> as a greeting, answers <c>message</c> with <c>message-back</c>, and acknowledges <c>message-with-ack</c>.
/// </summary>
internal sealed class EchoApplication : ISocketIoApplication
{
    // The suite's client listens for the greeting only after it has received the response to its connect request.
    private static readonly TimeSpan GreetingDelay = TimeSpan.FromMilliseconds(20);

    public bool HasNamespace(string name) => name is "/" or "/custom";

    // Sessions are not recovered here.
    public bool MayResume(EngineSession session, IReadOnlyCollection<string> channels, bool isKnown) => false;

    public bool Knows(JsonElement? auth) => true;

    public void OnConnect(SocketIoSocket socket, JsonElement? auth, bool isKnown)
    {
        ReadOnlyMemory<byte> greeting = auth is { } given ? JsonMarshal.GetRawUtf8Value(given).ToArray() : "{}"u8.ToArray();
        _ = GreetAsync(socket, greeting);
    }

    public Action<SocketIoSocket>? Read(SocketPacket packet) => socket => Answer(socket, packet);

    private static void Answer(SocketIoSocket socket, SocketPacket packet)
    {
        var revision = socket.Session.Revision;
        if (packet.EventName == "message")
        {
            socket.Send(
                SocketMessages.BinaryEvent(socket.Namespace, "message-back", packet.Attachments, revision, packet.GetRawArguments()));
        }
        else if (packet is { EventName: "message-with-ack", AckId: { } id })
        {
            socket.Send(SocketMessages.BinaryAck(socket.Namespace, id, packet.Attachments, revision, packet.GetRawArguments()));
        }
    }

    public void OnDisconnect(SocketIoSocket socket)
    {
    }

    public Task ReadyAsync() => Task.CompletedTask;

    private static async Task GreetAsync(SocketIoSocket socket, ReadOnlyMemory<byte> greeting)
    {
        await Task.Delay(GreetingDelay);
        socket.Send(SocketMessages.Event(socket.Namespace, "auth", greeting));
    }
}

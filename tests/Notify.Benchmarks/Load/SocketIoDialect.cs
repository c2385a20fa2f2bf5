using System.Text;
using System.Text.Json;

namespace Notify.Benchmarks.Load;

/// <summary>Implements Socket.IO 3 and later like a stock client over WebSocket alone.</summary>
internal sealed class SocketIoDialect : IDialect
{
    public string Name => "socketio";

    public Uri Address(Uri server, string key) =>
        IDialect.WebSocket(server, "/socket.io/", $"EIO=4&transport=websocket&notificationKey={Uri.EscapeDataString(key)}");

    public IDialect.Step Hear(ReadOnlySpan<byte> message, string channel) => message switch
    {
        [(byte)'2', ..] => IDialect.Step.Say("3"),
        [(byte)'0', ..] => IDialect.Step.Say("40"),
        [(byte)'4', (byte)'0', ..] => IDialect.Step.Say($"420[\"join\",{JsonSerializer.Serialize(channel)}]"),
        [(byte)'4', (byte)'3', ..] when message.IndexOf("\"error\""u8) >= 0 => new(Refusal: Encoding.UTF8.GetString(message)),
        [(byte)'4', (byte)'3', ..] => new(IsJoined: true),
        _ => default,
    };
}

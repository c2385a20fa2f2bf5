using System.Text;
using System.Text.Json;

namespace Notify.Benchmarks.Load;

/// <summary>Implements Notify's JSON WebSocket.</summary>
internal sealed class JsonWebSocketDialect : IDialect
{
    public string Name => "websocket";

    public Uri Address(Uri server, string key) => IDialect.WebSocket(server, "/ws", $"key={Uri.EscapeDataString(key)}");

    public IDialect.Step Hear(ReadOnlySpan<byte> message, string channel)
    {
        if (message.StartsWith("{\"type\":\"welcome\""u8))
        {
            return IDialect.Step.Say($$"""{"type":"join","channel":{{JsonSerializer.Serialize(channel)}},"id":1}""");
        }

        if (message.StartsWith("{\"type\":\"error\""u8))
        {
            return new(Refusal: Encoding.UTF8.GetString(message));
        }

        return new(IsJoined: message.StartsWith("{\"type\":\"joined\""u8));
    }
}

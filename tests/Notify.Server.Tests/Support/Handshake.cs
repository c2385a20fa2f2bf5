using System.Text.Json;

namespace Notify.Server.Tests.Support;

/// <summary>Reads the open packet.</summary>
internal static class Handshake
{
    public static string Id(string packet)
    {
        Assert.StartsWith("0{", packet, StringComparison.Ordinal);
        return JsonDocument.Parse(packet.AsMemory(1)).RootElement.GetProperty("sid").GetString()!;
    }
}

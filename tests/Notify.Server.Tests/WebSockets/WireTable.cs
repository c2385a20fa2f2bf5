namespace Notify.Server.Tests.WebSockets;

/// <summary>Runs rows against the echo server.</summary>
internal static class WireTable
{
    private static readonly byte[] Goodbye = WireFrame.End(1000);

    public static TheoryData<string> NamesOf(Dictionary<string, WireRow> rows) => [.. rows.Keys];

    public static Dictionary<string, WireRow> Of(params IEnumerable<WireRow>[] rows) =>
        rows.SelectMany(part => part).ToDictionary(row => row.Name);

    public static async Task PlayAsync(EchoServer server, WireRow row)
    {
        using var socket = await WireSocket.OpenAsync(server);
        var frames = await socket.ExchangeAsync(row.IsClosedByClient ? [.. row.Writes, Goodbye] : row.Writes);
        Assert.Equal([.. row.Answers, .. row.IsClosedByClient ? (string[])["close 1000"] : [], "end"], frames);
        var faults = server.Log.Take();
        Assert.True(faults.Length == 0, faults);
    }
}

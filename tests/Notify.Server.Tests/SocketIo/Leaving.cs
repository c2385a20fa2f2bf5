using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.SocketIo;

/// <summary>Waits for the end of a leave, which is asynchronous.</summary>
internal static class Leaving
{
    private const string Second = "42[\"NEW_NOTIFICATION\",2]";
    private const string Mark = "42[\"NEW_NOTIFICATION\",\"mark\"]";

    /// <summary>
    /// Waits until <paramref name="client"/>, whose own room is <paramref name="id"/>, receives nothing more from
    /// <paramref name="channel"/>.
    /// </summary>
    public static async Task WaitAsync(NotifyServer server, RawSocket client, string id, string channel)
    {
        var (socket, _) = await RawSocket.ConnectAsync(server);
        using var witness = socket;
        await witness.SendAsync($"421[\"join\",\"{channel}\"]");
        Assert.StartsWith("431[{", await witness.ReceiveAsync(), StringComparison.Ordinal);

        using var patience = new CancellationTokenSource(TestTimeouts.Limit);
        List<string> received;
        do
        {
            patience.Token.ThrowIfCancellationRequested();

            // When the witness has received the second, the other client would have received the first.
            await server.SendAsync(channel, "1");
            await server.SendAsync(channel, "2");
            await witness.ReceiveUntilAsync(Second);
            await server.SendAsync(id, "\"mark\"");
            received = await client.ReceiveUntilAsync(Mark);
        }
        while (received.Count > 0);
    }
}

#:property PublishAot=false
// dotnet run listen.cs CHANNEL [FILE]
// Prints each notification of a channel as a line of JSON. It reconnects and continues from its position. FILE stores the position, so that
// it also continues after a restart of this program.
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

var channel = args.Length > 0 ? args[0] : "news";
var file = args.Length > 1 ? args[1] : null;
if (Environment.GetEnvironmentVariable("NOTIFY_URL") is not { Length: > 0 } url
    || Environment.GetEnvironmentVariable("NOTIFICATION_KEY") is not { Length: > 0 } key)
{
    Console.Error.WriteLine("NOTIFY_URL or NOTIFICATION_KEY is not set");
    return 1;
}

// http becomes ws, https becomes wss.
var address = new Uri($"ws{url[4..].TrimEnd('/')}/ws?key={Uri.EscapeDataString(key)}");
JsonNode? position = file is not null && File.Exists(file) ? JsonNode.Parse(File.ReadAllText(file)) : null;
var pause = TimeSpan.Zero;
while (true)
{
    // A connection that breaks without a word is noticed by a ping that is not answered.
    using var socket = new ClientWebSocket();
    socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(20);
    socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(20);
    TimeSpan? wanted = null;
    try
    {
        await socket.ConnectAsync(address, CancellationToken.None);
        var join = new JsonObject { ["type"] = "join", ["channel"] = channel };
        if (position is not null)
        {
            join["since"] = position.DeepClone();
        }

        await socket.SendAsync(Encoding.UTF8.GetBytes(join.ToJsonString()), WebSocketMessageType.Text, true, CancellationToken.None);
        while (await ReceiveAsync(socket) is { } message)
        {
            pause = TimeSpan.Zero;
            switch ((string?)message["type"])
            {
                case "joined":
                    Remember(message);
                    Console.Error.WriteLine($"listening to {channel} after offset {message["offset"]}");
                    break;
                case "notification":
                    Console.WriteLine(message["data"]?.ToJsonString() ?? "null");

                    // Behind the line: a crash between them repeats a notification and loses none.
                    Remember(message);
                    break;
                case "closing":
                    wanted = TimeSpan.FromMilliseconds((double?)message["reconnectAfterMs"] ?? 0);
                    break;
                case "error" when (string?)message["code"] == "unavailable":
                    throw new WebSocketException("the channel cannot be reached now");
                case "error":
                    Console.Error.WriteLine($"error: {message["message"]}");
                    return 1;
            }
        }

        if ((int?)socket.CloseStatus is >= 4500)
        {
            // These do not get better by trying again.
            Console.Error.WriteLine($"closed: {(int)socket.CloseStatus} {socket.CloseStatusDescription}");
            return 1;
        }
    }
    catch (Exception error) when (error is WebSocketException or OperationCanceledException)
    {
        Console.Error.WriteLine($"reconnecting: {error.Message}");
    }

    // Clients that lost the same server must not all come back in the same moment.
    pause = TimeSpan.FromSeconds(Math.Min(30, Math.Max(1, pause.TotalSeconds * 2)));
    await Task.Delay(wanted ?? pause * Random.Shared.NextDouble());
}

void Remember(JsonNode message)
{
    position = new JsonObject { ["epoch"] = (string)message["epoch"]!, ["offset"] = (long)message["offset"]! };
    if (file is not null)
    {
        File.WriteAllText(file + ".new", position.ToJsonString());
        File.Move(file + ".new", file, overwrite: true);
    }
}

// The next message; null when the server has closed.
static async Task<JsonNode?> ReceiveAsync(ClientWebSocket socket)
{
    using var text = new MemoryStream();
    var buffer = new byte[4096];
    while (true)
    {
        var part = await socket.ReceiveAsync(buffer, CancellationToken.None);
        if (part.MessageType == WebSocketMessageType.Close)
        {
            return null;
        }

        text.Write(buffer, 0, part.Count);
        if (part.EndOfMessage)
        {
            return JsonNode.Parse(text.ToArray());
        }
    }
}

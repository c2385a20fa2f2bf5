using System.IO.Compression;
using System.Text;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Send;

/// <summary>
/// Tests that each endpoint answers an unreadable body with 400 in its own form, and that bodies that yield nothing are bounded by their
/// length.
/// </summary>
[Collection(SharedServer.Name)]
public sealed class BrokenBodyTests(NotifyServer server)
{
    [Theory]
    [InlineData("ffffffffffffffff\r\n")]
    [InlineData("fffffffffffffffffffffffffffffffffffffff\r\n")]
    [InlineData("7fffffffffffffff0\r\n")]
    [InlineData("zz\r\n")]
    [InlineData("1\r\n{}\r\n")]
    public async Task A_chunk_whose_size_cannot_be_read_is_400(string chunk)
    {
        var send = await ChunkAsync("/send", chunk, "Content-Type: application/json");
        Assert.Equal((400, "text/html", "Bad Request"), (send.Status, send.ContentType, send.Body));

        var api = await ChunkAsync("/api/notifications", chunk, "Content-Type: application/json", "Authorization: Bearer S1");
        Assert.Equal((400, "application/problem+json"), (api.Status, api.ContentType));

        using var polling = await PollingClient.ConnectAsync(server);
        var engine = await ChunkAsync($"/socket.io/?EIO=4&transport=polling&sid={polling.Id}", chunk);
        Assert.Equal((400, """{"code":3,"message":"Bad request"}"""), (engine.Status, engine.Body));

        // Only that request was invalid.
        Assert.Equal("200 ok", await polling.PostAsync("42[\"nothing\"]"));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task A_compressed_body_of_nothing_is_read_no_further_than_a_full_one(string coding)
    {
        // Deflate blocks without content, and without a last one.
        byte[] head = coding == "gzip" ? [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255] : [0x78, 0x9C];
        byte[] body = [.. head, .. Enumerable.Repeat((byte[])[0, 0, 0, 0xFF, 0xFF], 100_000).SelectMany(block => block)];
        var answer = await PostAsync(coding, body);
        Assert.Equal((413, "text/html", "Payload Too Large"), (answer.Status, answer.ContentType, answer.Body));
    }

    [Fact]
    public async Task A_body_of_the_greatest_length_that_became_longer_by_compression_is_read()
    {
        var json = Encoding.ASCII.GetBytes($"{{\"channel\":\"long\",\"notification\":\"{new string('x', 102_400 - 36)}\"}}");
        Assert.Equal(102_400, json.Length);
        var output = new MemoryStream();
        await using (var gzip = new GZipStream(output, CompressionLevel.NoCompression, leaveOpen: true))
        {
            // One block for each write.
            foreach (var part in json.Chunk(512))
            {
                await gzip.WriteAsync(part);
                await gzip.FlushAsync();
            }
        }

        Assert.True(output.Length > json.Length + 1000);
        Assert.Equal((200, "\"ok\""), await PostAsync("gzip", output.ToArray()) is var answer ? (answer.Status, answer.Body) : default);
    }

    private Task<RawResponse> PostAsync(string coding, byte[] body) => RawHttp.SendAsync(
        server,
        new RawRequest("POST", "/send", ["Content-Type: application/json", "notification_secret: S1", $"Content-Encoding: {coding}"])
        {
            Body = body,
        });

    private async Task<RawResponse> ChunkAsync(string path, string chunk, params string[] headers)
    {
        using var connection = await RawHttp.ConnectAsync(server);
        var head = string.Concat(headers.Select(header => header + "\r\n"));
        var request = $"POST {path} HTTP/1.1\r\nHost: {server.Address.Authority}\r\n{head}Transfer-Encoding: chunked\r\n\r\n{chunk}";
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request)).AsTask().Soon();
        return RawHttp.Parse(await RawHttp.ReadAllAsync(connection.GetStream()).Soon());
    }
}

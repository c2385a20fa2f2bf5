using System.IO.Compression;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Http;

/// <summary>Conditional requests and compression of the files that the server has.</summary>
public sealed class StaticContentTests(NotifyServer server) : IClassFixture<NotifyServer>
{
    public static TheoryData<string> Files => ["/", "/console/app.js", "/socket.io/socket.io.js", "/socket.io/socket.io.min.js.map"];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_client_that_has_the_file_is_answered_304(string path)
    {
        var tag = (await RawHttp.GetAsync(server, path)).Headers["ETag"];
        var strong = tag.Replace("W/", "", StringComparison.Ordinal);
        Assert.StartsWith("W/", tag, StringComparison.Ordinal);
        foreach (var condition in new[] { tag, strong, $"\"other\", {tag}", $"W/\"a\",{strong}, \"b\"", "*" })
        {
            foreach (var method in new[] { "GET", "HEAD" })
            {
                var request = new RawRequest(method, path, ["If-None-Match: " + condition, "Accept-Encoding: gzip"]);
                var again = await RawHttp.SendAsync(server, request);
                Assert.Equal((304, tag, "Accept-Encoding"), (again.Status, again.Headers["ETag"], again.Headers["Vary"]));
                Assert.Empty(again.Bytes);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_client_that_has_another_file_is_given_this_one(string path)
    {
        var answer = await RawHttp.GetAsync(server, path, "If-None-Match: \"other\", W/\"another\"");
        Assert.Equal(200, answer.Status);
        Assert.NotEmpty(answer.Bytes);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_file_is_compressed_where_the_client_accepts_it(string path)
    {
        var plain = await RawHttp.GetAsync(server, path);
        var gzip = await RawHttp.GetAsync(server, path, "Accept-Encoding: gzip");
        var brotli = await RawHttp.GetAsync(server, path, "Accept-Encoding: gzip, br");

        Assert.False(plain.Headers.ContainsKey("Content-Encoding"));
        Assert.Equal(("gzip", "br"), (gzip.Headers["Content-Encoding"], brotli.Headers["Content-Encoding"]));
        Assert.Equal(plain.Bytes, Inflate(new GZipStream(new MemoryStream(gzip.Bytes), CompressionMode.Decompress)));
        Assert.Equal(plain.Bytes, Inflate(new BrotliStream(new MemoryStream(brotli.Bytes), CompressionMode.Decompress)));
        Assert.True(gzip.Bytes.Length < plain.Bytes.Length / 2);
        Assert.All([plain, gzip, brotli], answer => Assert.Equal("Accept-Encoding", answer.Headers["Vary"]));
        Assert.Equal(plain.Headers["ETag"], gzip.Headers["ETag"]);
    }

    [Theory]
    [InlineData("/api/channels")]
    [InlineData("/api/x")]
    [InlineData("/health/ready")]
    [InlineData("/nope")]
    [InlineData("/socket.io/?EIO=4&transport=polling")]
    public async Task Nothing_else_is_compressed(string path)
    {
        var answer = await RawHttp.GetAsync(server, path, "Accept-Encoding: gzip, br", "notification_secret: S1");
        Assert.False(answer.Headers.ContainsKey("Content-Encoding"));
        Assert.False(answer.Headers.ContainsKey("Vary"));
    }

    private static byte[] Inflate(Stream stream)
    {
        using var all = new MemoryStream();
        using (stream)
        {
            stream.CopyTo(all);
        }

        return all.ToArray();
    }
}

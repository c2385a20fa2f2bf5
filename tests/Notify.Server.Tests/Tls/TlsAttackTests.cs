using System.Diagnostics;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Tls;

/// <summary>Tests invalid input to a TLS port. The next valid request is served, and the log has no stack trace.</summary>
public sealed class TlsAttackTests(TlsServer fixture) : IClassFixture<TlsServer>
{
    private const byte Alert = 21;
    private const byte Handshake = 22;

    private static readonly byte[] Random = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    // The alerts for an unsupported version, and for a hello without common parameters.
    private static readonly byte[] Refusals = [70, 40];

    private static readonly Dictionary<string, byte[]> Rows = new()
    {
        ["HTTP without TLS"] = [.. "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"u8],
        ["random bytes"] = Noise(2000),
        ["nothing"] = [],
        ["one byte"] = [Handshake],
        ["SSL 2"] = [0x80, 0x2E, 1, 0, 2, 0, 0x15, 0, 0, 0, 0x10, .. new byte[21], .. Random[..16]],
        ["SSL 3"] = Hello(0x0300),
        ["TLS 1.0"] = Hello(0x0301),
        ["TLS 1.1"] = Hello(0x0302),
        ["a hello that is cut off"] = Hello(0x0303)[..30],
        ["a record that is too long"] = [Handshake, 3, 1, 0xFF, 0xFF, .. new byte[0xFFFF]],
        ["a record of a length of 0"] = [Handshake, 3, 1, 0, 0],
        ["data before the hello"] = [23, 3, 3, 0, 2, 1, 2],
        ["an alert before the hello"] = [Alert, 3, 3, 0, 2, 2, 40],
        ["the beginning of a hello of 1 MB"] = [Handshake, 3, 1, 0x40, 0, 1, 0x10, 0, 0, 3, 3, .. new byte[0x4000 - 6]],
    };

    public static TheoryData<string> Names => [.. Rows.Keys];

    public static TheoryData<string, SslProtocols, string, string> Handshakes => new()
    {
        { "TLS 1.2", SslProtocols.Tls12, "localhost", "" },
        { "TLS 1.3", SslProtocols.Tls13, "localhost", "" },
        { "no name", SslProtocols.None, "", "" },
        { "an unknown name", SslProtocols.None, "unknown.test", "" },
        { "a hello in single bytes", SslProtocols.None, "localhost", "" },
        { "HTTP/1.1 by name", SslProtocols.None, "localhost", "http/1.1" },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_is_no_good_hello_is_refused(string name)
    {
        var bytes = Rows[name];
        using var connection = await RawHttp.ConnectAsync(fixture.Server);
        var stream = connection.GetStream();
        var reading = RawHttp.ReadAllAsync(stream);
        try
        {
            await stream.WriteAsync(bytes).AsTask().Soon();
            connection.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            // The server refused it before all of it was written.
        }

        var answer = await reading.Soon();

        // TLS records, none of which may continue the handshake.
        Assert.True(answer.Length == 0 || answer[0] == Alert, Convert.ToHexString(answer));
        if (name.StartsWith("TLS", StringComparison.Ordinal) || name == "SSL 3")
        {
            Assert.Contains(answer[6], Refusals);
        }

        await GoOnAsync();
    }

    [Theory]
    [MemberData(nameof(Handshakes))]
    public async Task A_good_hello_is_served(string name, SslProtocols protocol, string host, string offered)
    {
        using var connection = await RawHttp.ConnectAsync(fixture.Server);
        connection.NoDelay = true;
        Stream stream = connection.GetStream();
        await using var tls = new SslStream(name.EndsWith("bytes", StringComparison.Ordinal) ? new BytewiseStream(stream) : stream);
        await tls.AuthenticateAsClientAsync(Options(protocol, host, offered)).Soon();
        if (protocol != SslProtocols.None)
        {
            Assert.Equal(protocol, tls.SslProtocol);
        }

        Assert.Equal(offered.Length == 0 ? "" : "http/1.1", tls.NegotiatedApplicationProtocol.ToString());
        Assert.Equal(200, await AskAsync(tls));
        await GoOnAsync();
    }

    [Fact]
    public async Task A_protocol_that_is_not_spoken_is_refused()
    {
        using var connection = await RawHttp.ConnectAsync(fixture.Server);
        await using var tls = new SslStream(connection.GetStream());
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            // In TLS 1.3 the client's handshake completes before the server's, and its request is not answered.
            await tls.AuthenticateAsClientAsync(Options(SslProtocols.None, "localhost", "unknown")).Soon();
            await AskAsync(tls);
        });
        await GoOnAsync();
    }

    [Fact]
    [Trait("Needs", "System")]
    public async Task A_client_cannot_renegotiate()
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"{fixture.Server.Address.Host}:{fixture.Server.Address.Port}");
        using var client = Process.Start(new ProcessStartInfo("openssl", ["s_client", "-connect", address, "-tls1_2"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var output = client.StandardOutput.ReadToEndAsync();
            var error = client.StandardError.ReadToEndAsync();
            await client.StandardInput.WriteAsync("R\n");
            await client.StandardInput.FlushAsync();
            await client.WaitForExitAsync().Soon();
            Assert.Contains("RENEGOTIATING", await output + await error, StringComparison.Ordinal);
            Assert.NotEqual(0, client.ExitCode);
        }
        finally
        {
            client.Kill();
        }

        await GoOnAsync();
    }

    private static SslClientAuthenticationOptions Options(SslProtocols protocol, string host, string offered) => new()
    {
        TargetHost = host,
        EnabledSslProtocols = protocol,
        ApplicationProtocols = offered.Length == 0 ? null : [.. offered.Split(',').Select(name => new SslApplicationProtocol(name))],
        RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.Subject == "CN=localhost",
    };

    private static async Task<int> AskAsync(SslStream tls)
    {
        await tls.WriteAsync("GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"u8.ToArray()).AsTask().Soon();
        return RawHttp.Parse(await RawHttp.ReadAllAsync(tls).Soon()).Status;
    }

    private async Task GoOnAsync()
    {
        using var connection = await RawHttp.ConnectAsync(fixture.Server);
        await using var tls = new SslStream(connection.GetStream());
        await tls.AuthenticateAsClientAsync(Options(SslProtocols.None, "localhost", "")).Soon();
        Assert.Equal(200, await AskAsync(tls));
        var faults = fixture.Log.Take();
        Assert.True(faults.Length == 0, faults);
    }

    // A hello of an older version: one cipher of its time for the certificate's key, no compression, no extensions.
    private static byte[] Hello(int version)
    {
        byte[] body = [(byte)(version >> 8), (byte)version, .. Random, 0, 0, 4, 0xC0, 0x09, 0, 0xFF, 1, 0];
        return [Handshake, 3, (byte)Math.Min(version, 0x0301), 0, (byte)(body.Length + 4), 1, 0, 0, (byte)body.Length, .. body];
    }

    private static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(7).NextBytes(bytes);
        return bytes;
    }
}

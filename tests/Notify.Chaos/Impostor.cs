using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Notify.Chaos;

/// <summary>
/// Listens at a node's address in its place, and responds to each connection in a different way: with a certificate of its own, random
/// bytes, an HTTP response, a TLS alert, or by closing.
/// </summary>
internal sealed class Impostor : IDisposable
{
    /// <summary>The number of kinds of responses.</summary>
    public const int Ways = 5;

    private const string Program = """
        import collections, itertools, os, socket, ssl, sys
        port, folder = int(sys.argv[1]), sys.argv[2]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder + "/own.crt", folder + "/own.key")
        def certificate(connection):
            context.wrap_socket(connection, server_side=True)
        def noise(connection):
            connection.recv(65536)
            connection.sendall(os.urandom(512))
        def http(connection):
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        def alert(connection):
            connection.recv(65536)
            connection.sendall(bytes([21, 3, 3, 0, 2, 2, 40]))
        def close(connection):
            pass
        listener = socket.create_server(("", port))
        # A cycle for each peer, so that every peer meets every answer.
        answers_to = collections.defaultdict(lambda: itertools.cycle([certificate, noise, http, alert, close]))
        while True:
            connection, peer = listener.accept()
            answer = next(answers_to[peer[0]])
            connection.settimeout(2)
            try:
                answer(connection)
            except OSError:
                pass
            connection.close()
            with open(folder + "/answers", "a") as answers:
                answers.write(answer.__name__ + "\n")
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("notify-impostor-").FullName;
    private readonly Process _process;

    /// <summary>Starts listening on a node's host. The node must have ended.</summary>
    public Impostor(Network network, int node, int port)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=somebody", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Path.Combine(_folder, "own.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, "own.key"), key.ExportPkcs8PrivateKeyPem());
        _process = Process.Start(
            "ip", ["netns", "exec", network.Space(node), "python3", "-c", Program, port.ToString(CultureInfo.InvariantCulture), _folder]);
    }

    /// <summary>Gets the responses so far, in order.</summary>
    public IReadOnlyList<string> Answers =>
        File.Exists(Path.Combine(_folder, "answers")) ? File.ReadAllLines(Path.Combine(_folder, "answers")) : [];

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}

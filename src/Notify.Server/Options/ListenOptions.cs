using System.Net;

namespace Notify.Server.Options;

/// <summary>Configures the listening address and TLS.</summary>
public sealed record ListenOptions
{
    /// <summary>Gets <c>PORT</c>: the TCP port, 0 to 65535; 0 selects a free one.</summary>
    public int Port { get; init; } = 3000;

    /// <summary>Gets <c>NOTIFY_HOST</c>: the IP address to listen on, or <c>localhost</c>; null listens on all interfaces.</summary>
    public string? Host { get; init; }

    /// <summary>
    /// Gets <c>SSL_CERT</c>: the path of the PEM file with the certificate chain; set together with <see cref="KeyPath"/> or not at all.
    /// </summary>
    public string? CertificatePath { get; init; }

    /// <summary>
    /// Gets <c>SSL_KEY</c>: the path of the PEM file with the private key; set together with <see cref="CertificatePath"/> or not at all.
    /// </summary>
    public string? KeyPath { get; init; }

    /// <summary>
    /// Gets <c>NOTIFY_ADMIN_LISTEN</c>: the address and port of a second listener, for operators; null for none. It never has TLS.
    /// </summary>
    public IPEndPoint? Admin { get; init; }

    /// <summary>
    /// Gets <c>NOTIFY_KEEP_ALIVE</c>: how long a connection without a request stays open. It must be longer than the same timeout of a
    /// proxy.
    /// </summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(650);

    /// <summary>Gets whether only programs on this host can reach the port.</summary>
    public bool IsLoopback => Host == "localhost" || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>Gets whether the port serves HTTPS.</summary>
    public bool IsTls => CertificatePath is not null;
}

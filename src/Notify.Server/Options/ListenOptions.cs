using System.Net;

namespace Notify.Server.Options;

/// <summary>Where the server listens, and whether with TLS.</summary>
public sealed record ListenOptions
{
    /// <summary><c>PORT</c>: the TCP port, 0 to 65535; 0 takes a free one.</summary>
    public int Port { get; init; } = 3000;

    /// <summary><c>NOTIFY_HOST</c>: the IP address to listen on, or <c>localhost</c>; null listens on all interfaces.</summary>
    public string? Host { get; init; }

    /// <summary><c>SSL_CERT</c>: the path of the PEM file with the certificate chain; set together with <see cref="KeyPath"/> or not at all.</summary>
    public string? CertificatePath { get; init; }

    /// <summary><c>SSL_KEY</c>: the path of the PEM file with the private key; set together with <see cref="CertificatePath"/> or not at all.</summary>
    public string? KeyPath { get; init; }

    /// <summary><c>NOTIFY_KEEP_ALIVE</c>: how long a connection without a request is kept open; longer than a proxy in front keeps it.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(650);

    /// <summary>Whether only programs on this host can reach the port.</summary>
    public bool IsLoopback => Host == "localhost" || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>Whether the port speaks HTTPS.</summary>
    public bool IsTls => CertificatePath is not null;
}

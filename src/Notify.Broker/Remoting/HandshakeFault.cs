namespace Notify.Broker.Remoting;

/// <summary>Specifies why a connection on the cluster port did not become a link between two nodes.</summary>
internal enum HandshakeFault
{
    /// <summary>The other side closed or reset the connection before the end of the handshake.</summary>
    Closed,

    /// <summary>The other side did not use TLS, or ended the handshake with an alert.</summary>
    NotTls,

    /// <summary>One of the two sides did not accept the certificate of the other.</summary>
    Stranger,

    /// <summary>The handshake took too long.</summary>
    Slow,

    /// <summary>Too many other handshakes were under way.</summary>
    Crowded,
}

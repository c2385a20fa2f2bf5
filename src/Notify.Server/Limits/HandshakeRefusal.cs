namespace Notify.Server.Limits;

/// <summary>Specifies why a handshake is refused.</summary>
public enum HandshakeRefusal
{
    /// <summary>The handshake is not refused.</summary>
    None,

    /// <summary>The node or the address has reached its limit of connections, or the node its limit of handshakes.</summary>
    Connections,

    /// <summary>The address opens connections too fast.</summary>
    Rate,
}

namespace Notify.Server.Limits;

/// <summary>Why a handshake is refused.</summary>
public enum HandshakeRefusal
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>The node or the address has as many connections, or handshakes under way, as it may.</summary>
    Connections,

    /// <summary>The address begins connections too fast.</summary>
    Rate,
}

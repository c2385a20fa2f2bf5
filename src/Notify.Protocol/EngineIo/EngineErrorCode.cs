namespace Notify.Protocol.EngineIo;

/// <summary>Specifies why a request is refused before it reaches a session. The client receives the number.</summary>
public enum EngineErrorCode
{
    /// <summary>The query key <c>transport</c> does not name a supported transport.</summary>
    TransportUnknown = 0,

    /// <summary>No session has this <c>sid</c>: it never existed or has ended.</summary>
    SessionUnknown = 1,

    /// <summary>A request without <c>sid</c> does not use GET.</summary>
    BadHandshakeMethod = 2,

    /// <summary>The request contradicts itself or its session.</summary>
    BadRequest = 3,

    /// <summary>The application refused the client.</summary>
    Forbidden = 4,

    /// <summary>The query key <c>EIO</c> does not name a supported revision.</summary>
    UnsupportedProtocolVersion = 5,

    /// <summary>
    /// The server has no room for another connection. The client may retry later. The reference implementation does not use this number.
    /// </summary>
    TooManyConnections = 6,
}

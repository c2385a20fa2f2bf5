namespace Notify.Protocol.EngineIo;

/// <summary>Why a request is refused before it reaches a session; the number is sent to the client.</summary>
public enum EngineErrorCode
{
    /// <summary>The query key <c>transport</c> names none that is served.</summary>
    TransportUnknown = 0,

    /// <summary>No session has the <c>sid</c>: it never was, or is over.</summary>
    SessionUnknown = 1,

    /// <summary>A request without <c>sid</c> that is no GET.</summary>
    BadHandshakeMethod = 2,

    /// <summary>The request contradicts itself or its session.</summary>
    BadRequest = 3,

    /// <summary>The application refused the client.</summary>
    Forbidden = 4,

    /// <summary>The query key <c>EIO</c> names no revision that is served.</summary>
    UnsupportedProtocolVersion = 5,

    /// <summary>There is no place for another connection; the client may come back later. A number that the reference does not use.</summary>
    TooManyConnections = 6,
}

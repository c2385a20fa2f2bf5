namespace Notify.Protocol.Send;

/// <summary>
/// Specifies whether a body could be parsed. Every value except <see cref="Parsed"/> is answered before the secret is checked.
/// </summary>
public enum SendParseStatus
{
    /// <summary>The body was parsed, or its media type is not supported.</summary>
    Parsed,

    /// <summary>400: invalid JSON, or nested too deep.</summary>
    BadRequest,

    /// <summary>413: more than 1000 form parameters.</summary>
    PayloadTooLarge,

    /// <summary>415: an unsupported charset.</summary>
    UnsupportedMediaType,
}

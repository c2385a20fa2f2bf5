namespace Notify.Protocol.Send;

/// <summary>Whether a body could be read; everything but <see cref="Parsed"/> is answered before the secret is looked at.</summary>
public enum SendParseStatus
{
    /// <summary>The body was read, or is of a kind that is not read.</summary>
    Parsed,

    /// <summary>400: not JSON, or nested too deep.</summary>
    BadRequest,

    /// <summary>413: more than 1000 form parameters.</summary>
    PayloadTooLarge,

    /// <summary>415: a charset that is not supported.</summary>
    UnsupportedMediaType,
}

namespace Notify.Protocol.Send;

/// <summary>Specifies the charset of a publish request's body.</summary>
public enum SendCharset
{
    /// <summary>UTF-8, which is also the default. Invalid bytes become U+FFFD.</summary>
    Utf8,

    /// <summary>UTF-16, low byte first (JSON only).</summary>
    Utf16LittleEndian,

    /// <summary>UTF-16, high byte first (JSON only).</summary>
    Utf16BigEndian,

    /// <summary>UTF-16 with the byte order from the byte order mark or from the zeros among the first bytes (JSON only).</summary>
    Utf16,

    /// <summary>Any other charset, which is answered with 415.</summary>
    Unsupported,
}

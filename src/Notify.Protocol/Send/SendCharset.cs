namespace Notify.Protocol.Send;

/// <summary>The charset of a send's body.</summary>
public enum SendCharset
{
    /// <summary>UTF-8, also when nothing is said; invalid bytes become U+FFFD.</summary>
    Utf8,

    /// <summary>UTF-16, low byte first (JSON only).</summary>
    Utf16LittleEndian,

    /// <summary>UTF-16, high byte first (JSON only).</summary>
    Utf16BigEndian,

    /// <summary>UTF-16 whose byte order is told by its byte order mark or by where its first bytes have zeros (JSON only).</summary>
    Utf16,

    /// <summary>Any other: answered 415.</summary>
    Unsupported,
}

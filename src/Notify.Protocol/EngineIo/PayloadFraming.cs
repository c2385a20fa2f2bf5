namespace Notify.Protocol.EngineIo;

/// <summary>Specifies how the packets of one polling body are separated.</summary>
public enum PayloadFraming
{
    /// <summary>Text: revision 4 separates packets by U+001E; revision 3 prefixes each with <c>length:</c> in UTF-16 units.</summary>
    Text,

    /// <summary>Revision 3 only: a marker byte, decimal digits as bytes, 255, data (the "XHR2" framing).</summary>
    Binary,
}

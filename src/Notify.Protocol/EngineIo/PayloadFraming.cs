namespace Notify.Protocol.EngineIo;

/// <summary>How the packets of one polling body are told apart.</summary>
public enum PayloadFraming
{
    /// <summary>Text: revision 4 separates by U+001E, revision 3 prefixes <c>length:</c> counted in UTF-16 units.</summary>
    Text,

    /// <summary>Revision 3 only: a marker byte, decimal digits as bytes, 255, data (the "XHR2" framing).</summary>
    Binary,
}

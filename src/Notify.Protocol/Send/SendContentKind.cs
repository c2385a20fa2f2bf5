namespace Notify.Protocol.Send;

/// <summary>Specifies how the body of a publish request is parsed. Only the media type decides.</summary>
public enum SendContentKind
{
    /// <summary>The body is not parsed, so both parameters are missing.</summary>
    None,

    /// <summary><c>application/json</c>.</summary>
    Json,

    /// <summary><c>application/x-www-form-urlencoded</c>.</summary>
    Form,
}

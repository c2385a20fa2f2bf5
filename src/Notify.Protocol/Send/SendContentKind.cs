namespace Notify.Protocol.Send;

/// <summary>How the body of a send is read; decided by the media type alone.</summary>
public enum SendContentKind
{
    /// <summary>Not read at all: the parameters are missing, whatever the body holds.</summary>
    None,

    /// <summary><c>application/json</c>.</summary>
    Json,

    /// <summary><c>application/x-www-form-urlencoded</c>.</summary>
    Form,
}

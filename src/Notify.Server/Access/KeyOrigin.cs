namespace Notify.Server.Access;

/// <summary>Names the setting that a key comes from.</summary>
internal enum KeyOrigin
{
    /// <summary><c>NOTIFY_TOKEN_SECRET</c>.</summary>
    Current,

    /// <summary><c>NOTIFY_TOKEN_SECRET_PREVIOUS</c>.</summary>
    Previous,

    /// <summary><c>NOTIFY_TOKEN_PUBLIC_KEY</c>.</summary>
    Public,

    /// <summary><c>NOTIFY_TOKEN_JWKS</c>.</summary>
    KeySet,
}

namespace Notify.Server.Access;

/// <summary>Defines the answers of the backend that is asked about a join.</summary>
internal enum AuthorizeAnswer
{
    /// <summary>The client may join.</summary>
    Allowed,

    /// <summary>The client may not join.</summary>
    Forbidden,

    /// <summary>The client has to sign in first.</summary>
    Unauthorized,

    /// <summary>There was no usable answer.</summary>
    Unavailable,
}

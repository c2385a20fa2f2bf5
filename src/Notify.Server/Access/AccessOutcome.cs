namespace Notify.Server.Access;

/// <summary>Defines the possible decisions on a join.</summary>
internal enum AccessOutcome
{
    /// <summary>The client may join.</summary>
    Allowed,

    /// <summary>The channel needs a token, and the client has none.</summary>
    Unauthorized,

    /// <summary>The client may not join.</summary>
    Forbidden,

    /// <summary>The backend decides.</summary>
    Ask,
}

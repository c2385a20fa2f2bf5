namespace Notify.Server.Backends;

/// <summary>Names what a secret opens.</summary>
[Flags]
internal enum BackendScope
{
    /// <summary>Opens nothing.</summary>
    None = 0,

    /// <summary>Opens <c>/send</c> and <c>POST /api/notifications</c>.</summary>
    Send = 1,

    /// <summary>Opens the queries about channels and their history.</summary>
    Read = 2,

    /// <summary>Opens the endpoints for operators, and everything that <see cref="Read"/> opens.</summary>
    Admin = 4,

    /// <summary>Opens the metrics.</summary>
    Metrics = 8,

    /// <summary>Opens <c>POST /api/tokens</c>.</summary>
    Tokens = 16,
}

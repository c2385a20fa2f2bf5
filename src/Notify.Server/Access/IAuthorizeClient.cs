namespace Notify.Server.Access;

/// <summary>Asks the backend whether a client may join a channel with the rule <c>ask</c>.</summary>
internal interface IAuthorizeClient
{
    /// <summary>Gets whether the backend failed too often, and has not answered since.</summary>
    bool IsFailing => false;

    /// <summary>Asks the backend, or its cached answer. Never throws; without a usable answer the result says so.</summary>
    ValueTask<AuthorizeAnswer> AskAsync(AuthorizeQuestion question);
}

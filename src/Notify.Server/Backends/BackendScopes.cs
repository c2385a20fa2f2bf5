namespace Notify.Server.Backends;

/// <summary>Contains the names of scopes, which are also the names of the authorization policies.</summary>
internal static class BackendScopes
{
    /// <summary>
    /// The scopes of <c>NOTIFICATION_SECRET</c>: all but that for tokens, which did not exist when it was given to backends.
    /// </summary>
    public const BackendScope OfDefaultSecret = BackendScope.Send | BackendScope.Read | BackendScope.Admin | BackendScope.Metrics;

    private static readonly Dictionary<string, BackendScope> Scopes = new(StringComparer.Ordinal)
    {
        ["send"] = BackendScope.Send,
        ["read"] = BackendScope.Read,
        ["admin"] = BackendScope.Admin,
        ["metrics"] = BackendScope.Metrics,
        ["tokens"] = BackendScope.Tokens,
    };

    /// <summary>Gets the names.</summary>
    public static IReadOnlyCollection<string> Names => Scopes.Keys;

    /// <summary>Parses a name.</summary>
    public static bool TryParse(string name, out BackendScope scope) => Scopes.TryGetValue(name, out scope);

    /// <summary>Returns the name of one scope.</summary>
    public static string NameOf(BackendScope scope) => Scopes.Single(pair => pair.Value == scope).Key;

    /// <summary>Returns the names of all scopes that a secret opens; with <c>admin</c> also <c>read</c>.</summary>
    public static IEnumerable<string> OpenedBy(BackendScope scopes)
    {
        var opened = scopes.HasFlag(BackendScope.Admin) ? scopes | BackendScope.Read : scopes;
        return Scopes.Where(pair => opened.HasFlag(pair.Value)).Select(static pair => pair.Key);
    }
}

namespace Notify.Server.Options;

/// <summary>
/// Lists the variables of OpenTelemetry for <c>--check</c>. They are read by OpenTelemetry and are not settings of Notify.
/// </summary>
internal static class OtelVariables
{
    private const string Prefix = "OTEL_";
    private const string Headers = "_HEADERS";
    private const string Hidden = "(value not shown)";

    /// <summary>Returns those that are set, with headers and passwords hidden, by name.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Read(IReadOnlyDictionary<string, string> environment) =>
    [
        .. environment
            .Where(static pair => pair.Key.StartsWith(Prefix, StringComparison.Ordinal) && pair.Value.Length > 0)
            .OrderBy(static pair => pair.Key, StringComparer.Ordinal)
            .Select(static pair => KeyValuePair.Create(pair.Key, Show(pair.Key, pair.Value))),
    ];

    private static string Show(string name, string value)
    {
        if (name.EndsWith(Headers, StringComparison.Ordinal))
        {
            return Hidden;
        }

        // An endpoint may contain a password, and a query with a key.
        return Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Host.Length > 0
            ? uri.GetComponents(UriComponents.Scheme | UriComponents.HostAndPort | UriComponents.Path, UriFormat.UriEscaped)
            : value;
    }
}

namespace Notify.Server.Commands;

/// <summary>
/// Lists the commands that talk to a server, or work without one. It uses no library, so that a server starts as fast as ever.
/// </summary>
internal static class CommandVerbs
{
    /// <summary>Gets the name and the effect of each command.</summary>
    public static IReadOnlyList<(string Name, string Effect)> All { get; } =
    [
        ("config", "prints the settings in effect, with --json for programs"),
        ("send", "publishes a notification to channels"),
        ("tail", "prints what is published, live"),
        ("history", "prints the stored notifications of a channel"),
        ("channels", "lists channels"),
        ("nodes", "lists the nodes of the cluster"),
        ("connections", "lists connections"),
        ("trail", "prints what became of a notification"),
        ("disconnect", "ends connections of a user or a session, or one connection"),
        ("revoke", "refuses tokens that were issued until now"),
        ("block", "keeps a user out for a time"),
        ("unblock", "lets a blocked user in again"),
        ("token", "signs a token, or says what is wrong with one"),
        ("bench", "puts load on a server and prints latencies"),
        ("openapi", "prints the description of the API, OpenAPI 3.1"),
        ("migrate-check", "compares a running socket.io-notify with a running Notify"),
    ];

    /// <summary>Returns whether a command has this name.</summary>
    public static bool Contains(string name) => All.Any(verb => verb.Name == name);
}

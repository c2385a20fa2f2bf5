namespace Notify.Server.Forwarding;

/// <summary>
/// Marks the connections of other nodes: only the internal listener sets it, after both ends have shown who they are. Whatever a client
/// writes into its headers, its requests do not have it.
/// </summary>
internal sealed class NodeRequest
{
    /// <summary>The host that the client asked for, which is not that of the node that is asked.</summary>
    public const string HostHeader = "X-Notify-Host";

    /// <summary>The scheme that the client asked by, while nodes ask each other by HTTPS.</summary>
    public const string SchemeHeader = "X-Notify-Scheme";

    /// <summary>The only one.</summary>
    public static readonly NodeRequest Instance = new();

    private NodeRequest()
    {
    }

    /// <summary>Whether a request comes from another node. Such a one is answered here or not at all: it is never passed on again.</summary>
    public static bool Is(HttpContext context) => context.Features.Get<NodeRequest>() is not null;
}

namespace Notify.Server.Forwarding;

/// <summary>
/// Marks the connections of other nodes. Only the internal listener sets it, after mutual authentication, so a client's headers cannot
/// forge it.
/// </summary>
internal sealed class NodeRequest
{
    /// <summary>The header with the host that the client requested, which differs from the host of the node.</summary>
    public const string HostHeader = "X-Notify-Host";

    /// <summary>The header with the scheme of the client's request. Nodes use HTTPS between each other.</summary>
    public const string SchemeHeader = "X-Notify-Scheme";

    /// <summary>The single instance.</summary>
    public static readonly NodeRequest Instance = new();

    private NodeRequest()
    {
    }

    /// <summary>Returns whether a request comes from another node. Such a request is handled here and never forwarded again.</summary>
    public static bool Is(HttpContext context) => context.Features.Get<NodeRequest>() is not null;
}

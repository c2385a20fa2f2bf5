namespace Notify.Server.Troubles;

/// <summary>Names the effects of a trouble on <c>/health/ready</c>.</summary>
public static class TroubleEffects
{
    /// <summary>New clients should be sent to another node: 503.</summary>
    public const string NotReady = "not_ready";

    /// <summary>A part of the node does not work, and no other node could do better: 200 and <c>degraded</c>.</summary>
    public const string Degraded = "degraded";

    /// <summary>No effect: the operator should know.</summary>
    public const string None = "none";
}

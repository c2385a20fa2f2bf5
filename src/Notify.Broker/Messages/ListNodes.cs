namespace Notify.Broker.Messages;

/// <summary>Requests the nodes with which a node would continue; answered by <see cref="NodeList"/>.</summary>
public sealed record ListNodes : IClusterMessage
{
    /// <summary>The single instance.</summary>
    public static readonly ListNodes Instance = new();
}

namespace Notify.Broker.Messages;

/// <summary>Asks a node which nodes it goes on with; answered by <see cref="NodeList"/>.</summary>
public sealed record ListNodes : IClusterMessage
{
    /// <summary>The one question.</summary>
    public static readonly ListNodes Instance = new();
}

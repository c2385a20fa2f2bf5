namespace Notify.Broker.Revocations;

/// <summary>Represents the confirmation of a node.</summary>
internal interface IDisconnectAnswer
{
    /// <summary>Gets the number of connections of that node that end.</summary>
    int Connections { get; }
}

namespace Notify.Broker.Revocations;

/// <summary>Ends connections of this node. The host implements it, because only it knows the identities of connections.</summary>
public interface ILocalConnections
{
    /// <summary>Ends the selected connections, and returns how many they are. Does not wait for their end.</summary>
    int Disconnect(DisconnectOrder order);
}

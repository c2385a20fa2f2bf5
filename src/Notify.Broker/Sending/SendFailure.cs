namespace Notify.Broker.Sending;

/// <summary>Lists why a publish is not known to be stored.</summary>
public enum SendFailure
{
    /// <summary>The channel did not answer in time.</summary>
    NoAnswer,

    /// <summary>This node does not reach a majority of the cluster.</summary>
    NoQuorum,

    /// <summary>The owner of the channel cannot store more now. Nothing was stored.</summary>
    StoreBacklog,

    /// <summary>This node cannot deliver more now. Nothing was stored.</summary>
    DeliveryBacklog,
}

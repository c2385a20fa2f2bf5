namespace Notify.Broker.Messages;

/// <summary>Represents a message between nodes. It must have a layout in <see cref="BrokerSerializer"/>, which a test checks.</summary>
public interface IClusterMessage;

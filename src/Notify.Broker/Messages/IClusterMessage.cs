namespace Notify.Broker.Messages;

/// <summary>A message that may cross nodes: it has a layout in <see cref="BrokerSerializer"/>, and a test fails when one has none.</summary>
public interface IClusterMessage;

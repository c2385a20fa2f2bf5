using Notify.Broker.Recovery;

namespace Notify.Broker.Messages;

/// <summary>A session that is the asker's from now on; its former connection is ended.</summary>
/// <param name="PrivateId">The id that only the client knows.</param>
/// <param name="Log">What it has joined and was told.</param>
internal sealed record SessionTaken(string PrivateId, DeliveryLogState Log) : IClusterMessage;

using Notify.Broker.Messages;

namespace Notify.Broker.Tests.Simulation;

/// <summary>Represents a request to mark items, on its way to the owner. In the product, the answer finds its way by the sender.</summary>
internal sealed record SimulatedMark(Guid Id, MarkInbox Request) : IChannelMessage
{
    public string Channel => Request.Channel;
}

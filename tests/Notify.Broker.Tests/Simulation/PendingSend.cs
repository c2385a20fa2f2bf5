using Notify.Broker.Channels;

namespace Notify.Broker.Tests.Simulation;

/// <summary>Represents a publish that is not answered yet.</summary>
internal sealed record PendingSend(string Channel, PublishId Id, string Payload, long At)
{
    public long SentAt { get; set; } = At;
}

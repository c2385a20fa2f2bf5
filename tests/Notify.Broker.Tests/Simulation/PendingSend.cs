using Notify.Broker.Channels;

namespace Notify.Broker.Tests.Simulation;

/// <summary>Represents a publish that is not answered yet.</summary>
internal sealed record PendingSend(string Channel, PublishId Id, string Payload, long At)
{
    /// <summary>Gets the fields beside the notification.</summary>
    public ReadOnlyMemory<byte> Meta { get; init; }

    public long SentAt { get; set; } = At;
}

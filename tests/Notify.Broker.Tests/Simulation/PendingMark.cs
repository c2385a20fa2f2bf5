namespace Notify.Broker.Tests.Simulation;

/// <summary>Represents marks that are not answered yet.</summary>
internal sealed class PendingMark(SimulatedMark mark, long at)
{
    public SimulatedMark Mark { get; } = mark;

    public long SentAt { get; set; } = at;

    public int Attempts { get; set; } = 1;
}

using Notify.Broker.Messages;

namespace Notify.Broker.Tests.Simulation;

/// <summary>Simulates the network: it drops, delays, duplicates and reorders messages while there are faults.</summary>
internal sealed class SimulatedNetwork(Random random)
{
    private readonly List<Packet> _packets = [];

    public int Count => _packets.Count;

    public IEnumerable<Packet> Packets => _packets;

    public void Add(Packet packet) => _packets.Add(packet);

    /// <summary>Loses everything under way that tells of an inbox.</summary>
    public void LoseTold() => _packets.RemoveAll(packet => packet.Message is InboxTold);

    /// <summary>Takes a packet. Returns null if there is none or it is lost.</summary>
    public Packet? Take(bool hasFaults)
    {
        if (_packets.Count == 0)
        {
            return null;
        }

        // Mostly in order, sometimes from anywhere in the queue: delayed and reordered.
        var index = hasFaults && random.Next(4) == 0 ? random.Next(_packets.Count) : 0;
        var packet = _packets[index];
        _packets.RemoveAt(index);
        if (hasFaults)
        {
            switch (random.Next(20))
            {
                case 0:
                    return null;
                case 1:
                    _packets.Insert(random.Next(_packets.Count + 1), packet);
                    break;
            }
        }

        return packet;
    }
}

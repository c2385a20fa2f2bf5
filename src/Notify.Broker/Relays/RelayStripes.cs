using Akka.Actor;

namespace Notify.Broker.Relays;

/// <summary>Which relay of this node serves a channel: the channels are spread over them by name.</summary>
public sealed class RelayStripes
{
    private readonly IActorRef[] _relays;

    /// <summary>Makes room for <paramref name="count"/> relays, none of which runs yet.</summary>
    public RelayStripes(int count)
    {
        _relays = new IActorRef[count];
        Array.Fill(_relays, ActorRefs.Nobody);
    }

    /// <summary>How many there are.</summary>
    public int Count => _relays.Length;

    /// <summary>The relays of now.</summary>
    public IReadOnlyList<IActorRef> All => [.. _relays];

    /// <summary>The relay that serves <paramref name="channel"/> now.</summary>
    public IActorRef For(string channel) =>
        Volatile.Read(ref _relays[(int)((uint)string.GetHashCode(channel, StringComparison.Ordinal) % (uint)_relays.Length)]);

    /// <summary>Waits until the relays have handled everything that was sent to them before.</summary>
    /// <exception cref="AskTimeoutException">They did not within <paramref name="timeout"/>.</exception>
    public Task FlushAsync(TimeSpan timeout) =>
        Task.WhenAll(All.Select(relay => relay.Ask<RelayCommands.Barrier>(RelayCommands.Barrier.Instance, timeout)));

    internal void Set(int stripe, IActorRef relay) => Volatile.Write(ref _relays[stripe], relay);
}

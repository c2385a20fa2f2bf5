using Akka.Actor;
using Notify.Broker.Channels;
using Notify.Broker.Connections;

namespace Notify.Broker.Relays;

/// <summary>Assigns channels to the relays of this node, by name.</summary>
public sealed class RelayStripes
{
    private readonly IActorRef[] _relays;

    /// <summary>Creates <paramref name="count"/> places for relays. None of them runs yet.</summary>
    public RelayStripes(int count)
    {
        _relays = new IActorRef[count];
        Array.Fill(_relays, ActorRefs.Nobody);
    }

    /// <summary>Gets the number of relays.</summary>
    public int Count => _relays.Length;

    /// <summary>Gets the current relays.</summary>
    public IReadOnlyList<IActorRef> All => [.. _relays];

    /// <summary>Gets the current relay of <paramref name="channel"/>.</summary>
    public IActorRef For(string channel) =>
        Volatile.Read(ref _relays[(int)((uint)string.GetHashCode(channel, StringComparison.Ordinal) % (uint)_relays.Length)]);

    /// <summary>Waits until the relays have handled everything that was sent to them before.</summary>
    /// <exception cref="AskTimeoutException">They did not within <paramref name="timeout"/>.</exception>
    public Task FlushAsync(TimeSpan timeout) =>
        Task.WhenAll(All.Select(relay => relay.Ask<RelayCommands.Barrier>(RelayCommands.Barrier.Instance, timeout)));

    /// <summary>Returns the sockets that have joined a channel on this node.</summary>
    /// <exception cref="AskTimeoutException">The relay did not answer within <paramref name="timeout"/>.</exception>
    public async Task<IReadOnlyList<ISubscriber>> SubscribersOfAsync(string channel, TimeSpan timeout) =>
        (await For(channel).Ask<RelayCommands.Subscribers>(new RelayCommands.ListSubscribers(channel), timeout)).All;

    /// <summary>Returns the positions of a connection in channels, in their order; null for one that is not known.</summary>
    /// <param name="joined">The channels, and the subscription to each.</param>
    /// <param name="timeout">How long a relay may take. The positions of one that does not answer are not known.</param>
    public async Task<IReadOnlyList<Position?>> PositionsOfAsync(
        IReadOnlyList<KeyValuePair<string, Subscription>> joined, TimeSpan timeout)
    {
        var positions = new Position?[joined.Count];
        await Task.WhenAll(Enumerable.Range(0, joined.Count).GroupBy(i => For(joined[i].Key)).Select(async indexes =>
        {
            try
            {
                var request = new RelayCommands.ListPositions([.. indexes.Select(i => joined[i])]);
                var answer = await indexes.Key.Ask<RelayCommands.Positions>(request, timeout);
                foreach (var (index, position) in indexes.Zip(answer.All))
                {
                    positions[index] = position;
                }
            }
            catch (AskTimeoutException)
            {
                // It is busy, or is being replaced.
            }
        }));
        return positions;
    }

    internal void Set(int stripe, IActorRef relay) => Volatile.Write(ref _relays[stripe], relay);
}

using Akka.Actor;
using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.Messages;
using Notify.Broker.Relays;

namespace Notify.Broker.Sending;

/// <summary>
/// Sends a notification to channels and answers when each owner has ordered it. Between nodes, and while shards move, messages get
/// lost without a word; so a send that is not answered is asked again, under the same identity, until the time is up.
/// </summary>
/// <param name="channels">The shard region of the channels.</param>
/// <param name="sockets">The sockets of this node, for sends to a socket's own room.</param>
/// <param name="relays">The accounts of this node's relays.</param>
/// <param name="options">The times.</param>
public sealed class Publisher(IActorRef channels, SocketDirectory sockets, LocalRelays relays, BrokerOptions options)
{
    // Nothing sent to a socket's own room is kept, so there is no place in it to come back to.
    private static readonly Position Nowhere = new("", 0);

    private static readonly TimeSpan CreditPoll = TimeSpan.FromMilliseconds(5);

    /// <summary>Sends to every channel named, in order; a channel named twice is sent to twice.</summary>
    /// <param name="names">Channel names, valid by <see cref="ChannelName.TryCreate"/>.</param>
    /// <param name="payload">The notification's JSON, UTF-8. Kept as it is, so it must not change afterwards.</param>
    /// <exception cref="SendFailedException">A channel did not answer within <see cref="BrokerOptions.SendTimeout"/>.</exception>
    public async Task SendAsync(IReadOnlyList<string> names, ReadOnlyMemory<byte> payload)
    {
        var deadline = MonotonicClock.Now + (long)options.SendTimeout.TotalMilliseconds;
        await WaitForCreditAsync(deadline);
        var request = Guid.NewGuid();
        if (names.Count == 1)
        {
            await SendAsync(names[0], new SendId(request, 0), payload, deadline);
            return;
        }

        var occurrences = new Dictionary<string, int>(StringComparer.Ordinal);
        var sends = new List<Task>(names.Count);
        foreach (var name in names)
        {
            var occurrence = occurrences.GetValueOrDefault(name);
            occurrences[name] = occurrence + 1;
            sends.Add(SendAsync(name, new SendId(request, occurrence), payload, deadline));
        }

        await Task.WhenAll(sends);
    }

    private async Task SendAsync(string name, SendId id, ReadOnlyMemory<byte> payload, long deadline)
    {
        if (SocketIds.IsSocketId(name))
        {
            SendToSocket(name, id, payload);
            return;
        }

        while (true)
        {
            var left = deadline - MonotonicClock.Now;
            if (left <= 0)
            {
                throw new SendFailedException($"The channel did not answer within {options.SendTimeout}.");
            }

            try
            {
                var wait = TimeSpan.FromMilliseconds(Math.Min(left, options.RetryInterval.TotalMilliseconds));
                await channels.Ask<Published>(new Publish(name, id, payload), wait);
                return;
            }
            catch (AskTimeoutException)
            {
                // Ask again: the channel knows the id if an earlier attempt did arrive.
            }
        }
    }

    private void SendToSocket(string id, SendId send, ReadOnlyMemory<byte> payload)
    {
        if (sockets.TryFind(id, out var found))
        {
            var at = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            found.Socket.Write(found.Format.Encode(new Notification(id, Nowhere, send, at, payload)));
        }
    }

    // Rare: the sockets of this node have more to take over than they can. The sender waits, and so feels it.
    private async Task WaitForCreditAsync(long deadline)
    {
        while (!relays.HaveCredit)
        {
            if (MonotonicClock.Now >= deadline)
            {
                throw new SendFailedException("This node has more to deliver than it may hold.");
            }

            await Task.Delay(CreditPoll);
        }
    }
}

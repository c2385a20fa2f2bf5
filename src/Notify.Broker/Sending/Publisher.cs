using Notify.Broker.Channels;
using Notify.Broker.Clustering;
using Notify.Broker.Connections;
using Notify.Broker.History;
using Notify.Broker.Messages;
using Notify.Broker.Relays;

namespace Notify.Broker.Sending;

/// <summary>
/// Sends a notification to channels and answers when each owner has ordered it.
/// </summary>
/// <param name="owners">Asks the channels' owners.</param>
/// <param name="rooms">The sockets' own rooms.</param>
/// <param name="relays">The accounts of this node's relays.</param>
/// <param name="membership">Whether this node may accept anything.</param>
/// <param name="options">The times.</param>
public sealed class Publisher(ChannelClient owners, PrivateRooms rooms, LocalRelays relays, Membership membership, BrokerOptions options)
{
    private static readonly TimeSpan CreditPoll = TimeSpan.FromMilliseconds(5);

    /// <summary>Sends to every channel named, in order; a channel named twice is sent to twice.</summary>
    /// <param name="names">Channel names, valid by <see cref="ChannelName.TryCreate"/>.</param>
    /// <param name="payload">The notification's JSON, UTF-8. Kept as it is, so it must not change afterwards.</param>
    /// <param name="key">What the backend names the request by, at most <see cref="IdempotencyKey.MaxBytes"/>; null when it does not.</param>
    /// <returns>What became of it, in the order of <paramref name="names"/>.</returns>
    /// <exception cref="SendFailedException">
    /// A channel did not answer within <see cref="BrokerOptions.SendTimeout"/>, or has more waiting to be kept than may wait; or this node
    /// does not reach a majority of its cluster.
    /// </exception>
    public async Task<IReadOnlyList<SendResult>> SendAsync(IReadOnlyList<string> names, ReadOnlyMemory<byte> payload, string? key = null)
    {
        if (!membership.HasQuorum)
        {
            throw new SendFailedException("This node does not reach a majority of the cluster.");
        }

        var deadline = MonotonicClock.Now + (long)options.SendTimeout.TotalMilliseconds;
        await WaitForCreditAsync(deadline);
        var request = Guid.NewGuid();
        if (names.Count == 1)
        {
            return [await SendAsync(new Publish(names[0], new PublishId(request, 0), payload, Key(key, 0)), deadline)];
        }

        var occurrences = new Dictionary<string, int>(StringComparer.Ordinal);
        var sends = new List<Task<SendResult>>(names.Count);
        foreach (var name in names)
        {
            var occurrence = occurrences.GetValueOrDefault(name);
            occurrences[name] = occurrence + 1;
            sends.Add(SendAsync(new Publish(name, new PublishId(request, occurrence), payload, Key(key, occurrence)), deadline));
        }

        return await Task.WhenAll(sends);
    }

    private static IdempotencyKey? Key(string? key, int occurrence) => key is null ? null : new IdempotencyKey(key, occurrence);

    private async Task<SendResult> SendAsync(Publish publish, long deadline)
    {
        if (SocketIds.IsSocketId(publish.Channel))
        {
            rooms.Send(new SocketSend(publish.Channel, publish.Id, publish.Payload));
            return new SendResult(publish.Channel, publish.Id, null);
        }

        return await owners.AskAsync(publish, deadline) switch
        {
            Published published => new SendResult(publish.Channel, published.Notification, published.Position),
            null => throw new SendFailedException($"The channel did not answer within {options.SendTimeout}."),
            _ => throw new SendFailedException("More waits to be kept than may wait."),
        };
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

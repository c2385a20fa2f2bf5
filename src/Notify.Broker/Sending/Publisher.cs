using Notify.Broker.Channels;
using Notify.Broker.Clustering;
using Notify.Broker.Connections;
using Notify.Broker.History;
using Notify.Broker.Messages;
using Notify.Broker.Relays;

namespace Notify.Broker.Sending;

/// <summary>Publishes a notification to channels, and completes when each owner has ordered it.</summary>
/// <param name="owners">Sends requests to the channels' owners.</param>
/// <param name="rooms">The sockets' own rooms.</param>
/// <param name="relays">The accounts of this node's relays.</param>
/// <param name="membership">This node's view of the cluster, without whose quorum nothing is accepted.</param>
/// <param name="refused">Logs refused publishes.</param>
/// <param name="options">The timeouts.</param>
/// <param name="time">The clock.</param>
public sealed class Publisher(
    ChannelClient owners,
    PrivateRooms rooms,
    LocalRelays relays,
    Membership membership,
    RefusedSends refused,
    BrokerOptions options,
    TimeProvider time)
{
    private static readonly TimeSpan CreditPoll = TimeSpan.FromMilliseconds(5);

    /// <summary>Publishes to every named channel in order. A channel named twice receives the notification twice.</summary>
    /// <param name="names">Channel names, valid by <see cref="ChannelName.TryCreate"/>.</param>
    /// <param name="payload">The notification's JSON, UTF-8. It is stored without a copy, so it must not change afterwards.</param>
    /// <param name="key">The idempotency key, at most <see cref="IdempotencyKey.MaxBytes"/>, or null.</param>
    /// <returns>The results, in the order of <paramref name="names"/>.</returns>
    /// <exception cref="SendFailedException">A channel did not respond within <see cref="ChannelOptions.SendTimeout"/>, or its write
    /// backlog is full; or this node does not reach a majority of its cluster.</exception>
    public async Task<IReadOnlyList<SendResult>> SendAsync(IReadOnlyList<string> names, ReadOnlyMemory<byte> payload, string? key = null)
    {
        try
        {
            return await SendToAllAsync(names, payload, key);
        }
        catch (SendFailedException failure)
        {
            refused.Add(failure.Failure);
            throw;
        }
    }

    private async Task<IReadOnlyList<SendResult>> SendToAllAsync(IReadOnlyList<string> names, ReadOnlyMemory<byte> payload, string? key)
    {
        if (!membership.HasQuorum)
        {
            throw new SendFailedException("This node does not reach a majority of the cluster.") { Failure = SendFailure.NoQuorum };
        }

        var deadline = time.GetMilliseconds() + (long)options.Channels.SendTimeout.TotalMilliseconds;
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
            Published published => new SendResult(
                publish.Channel, published.Notification, published.Position, published.Notification != publish.Id),
            null => throw new SendFailedException($"The channel did not answer within {options.Channels.SendTimeout}."),
            _ => throw new SendFailedException("The channel's write backlog is full.") { Failure = SendFailure.StoreBacklog },
        };
    }

    // This is rare: the sockets of this node cannot take as much as is published. The publisher waits, so that backends slow down.
    private async Task WaitForCreditAsync(long deadline)
    {
        while (!relays.HaveCredit)
        {
            if (time.GetMilliseconds() >= deadline)
            {
                throw new SendFailedException("This node's delivery backlog is full.") { Failure = SendFailure.DeliveryBacklog };
            }

            await Task.Delay(CreditPoll, time);
        }
    }
}

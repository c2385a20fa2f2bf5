using System.Diagnostics;
using Notify.Broker.Channels;
using Notify.Broker.Clustering;
using Notify.Broker.Connections;
using Notify.Broker.History;
using Notify.Broker.Messages;
using Notify.Broker.Relays;
using Notify.Broker.Tracing;

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
    /// <param name="trace">Creates the spans of a sampled request; null for one that is not sampled.</param>
    /// <param name="fields">What is published beside the payload.</param>
    /// <returns>The results, in the order of <paramref name="names"/>.</returns>
    /// <exception cref="SendFailedException">A channel did not respond within <see cref="ChannelOptions.SendTimeout"/>, or its write
    /// backlog is full; or this node does not reach a majority of its cluster.</exception>
    public async Task<IReadOnlyList<SendResult>> SendAsync(
        IReadOnlyList<string> names,
        ReadOnlyMemory<byte> payload,
        string? key = null,
        PublishTrace? trace = null,
        PublishFields fields = default)
    {
        try
        {
            if (!membership.HasQuorum)
            {
                throw new SendFailedException("This node does not reach a majority of the cluster.") { Failure = SendFailure.NoQuorum };
            }

            var deadline = time.GetMilliseconds() + (long)options.Channels.SendTimeout.TotalMilliseconds;
            if (!relays.HaveCredit)
            {
                await WaitForCreditAsync(deadline);
            }

            var request = fields.Id ?? NewId();
            if (names.Count != 1)
            {
                return await SendToAllAsync(names, request, payload, fields, key, trace, deadline);
            }

            var publish = new Publish(names[0], new PublishId(request, 0), payload, Key(key, 0)) { Meta = fields.Meta };
            return [trace is null ? Accept(publish, await AskAsync(publish, deadline)) : await SendTracedAsync(publish, deadline, trace)];
        }
        catch (SendFailedException failure)
        {
            refused.Add(failure.Failure);
            throw;
        }
    }

    private async Task<IReadOnlyList<SendResult>> SendToAllAsync(
        IReadOnlyList<string> names,
        Guid request,
        ReadOnlyMemory<byte> payload,
        PublishFields fields,
        string? key,
        PublishTrace? trace,
        long deadline)
    {
        var occurrences = new Dictionary<string, int>(StringComparer.Ordinal);
        var sends = new List<Task<SendResult>>(names.Count);
        foreach (var name in names)
        {
            var occurrence = occurrences.GetValueOrDefault(name);
            occurrences[name] = occurrence + 1;
            var publish = new Publish(name, new PublishId(request, occurrence), payload, Key(key, occurrence)) { Meta = fields.Meta };
            sends.Add(trace is null ? SendAsync(publish, deadline) : SendTracedAsync(publish, deadline, trace));
        }

        return await Task.WhenAll(sends);
    }

    // Unique, and not secret: the system's generator would cost a send a system call.
    private static Guid NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        Random.Shared.NextBytes(bytes);
        return new Guid(bytes);
    }

    private static IdempotencyKey? Key(string? key, int occurrence) => key is null ? null : new IdempotencyKey(key, occurrence);

    private async Task<SendResult> SendAsync(Publish publish, long deadline) => Accept(publish, await AskAsync(publish, deadline));

    private async Task<SendResult> SendTracedAsync(Publish publish, long deadline, PublishTrace trace)
    {
        using var span = trace.Begin(publish);
        try
        {
            var traced = span is null ? publish : publish with { Trace = TraceContext.Of(span) };
            return Accept(traced, await AskAsync(traced, deadline, span), span);
        }
        catch (SendFailedException failure)
        {
            span?.Fail(BrokerTraces.ErrorTypeOf(failure.Failure));
            throw;
        }
    }

    // A socket's own room has no owner that answers.
    private Task<object?> AskAsync(Publish publish, long deadline, Activity? span = null)
    {
        if (!SocketIds.IsSocketId(publish.Channel))
        {
            return owners.AskAsync(publish, deadline, span);
        }

        var send = new SocketSend(publish.Channel, publish.Id, publish.Payload) { Meta = publish.Meta };
        rooms.Send(send);
        return Task.FromResult<object?>(send);
    }

    private SendResult Accept(Publish publish, object? answer, Activity? span = null)
    {
        switch (answer)
        {
            case Published published:
                span?.SetTag("notify.offset", published.Position.Offset);
                span?.SetTag("notify.owner", published.Owner);
                return new SendResult(publish.Channel, published.Notification, published.Position, published.Notification != publish.Id);
            case SocketSend:
                return new SendResult(publish.Channel, publish.Id, null);
            case null:
                throw new SendFailedException($"The channel did not answer within {options.Channels.SendTimeout}.");
            default:
                throw new SendFailedException("The channel's write backlog is full.") { Failure = SendFailure.StoreBacklog };
        }
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

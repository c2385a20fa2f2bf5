using System.Text;
using Akka.Actor;
using BenchmarkDotNet.Attributes;
using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.Metrics;
using Notify.Broker.Relays;
using Notify.Protocol;
using Notify.Protocol.SocketIo;

namespace Notify.Benchmarks.Micro;

/// <summary>
/// Measures a relay that delivers a notification to a thousand sockets that accept it at once: the queues, without the actors that empty
/// them.
/// </summary>
[MemoryDiagnoser]
public class FanOutBenchmarks
{
    private readonly DeliveryCounter _deliveries = new();
    private const int Sockets = 1000;

    private readonly SubscriptionList _subscriptions = new();
    private readonly List<SendQueue> _sendQueues = [];
    private readonly List<WireMessage> _batch = [];
    private readonly Notification _notification =
        new("c", new Position("e", 1), new PublishId(Guid.NewGuid(), 0), 0, Encoding.ASCII.GetBytes("\"" + new string('x', 200) + "\""));

    /// <summary>Joins the sockets.</summary>
    [GlobalSetup]
    public void Join()
    {
        var format = new Format();
        for (var i = 0; i < Sockets; i++)
        {
            var sendQueue = new SendQueue(1 << 20);
            sendQueue.Attach(ActorRefs.Nobody);
            _sendQueues.Add(sendQueue);
            _subscriptions.Add(new Subscription(sendQueue, format));
        }
    }

    /// <summary>Delivers the notification, and dequeues it like the writers.</summary>
    [Benchmark(OperationsPerInvoke = Sockets)]
    public void Tell()
    {
        _subscriptions.Deliver(_notification, _deliveries, default);
        foreach (var sendQueue in _sendQueues)
        {
            sendQueue.Release(sendQueue.Dequeue(_batch, 64 * 1024, int.MaxValue));
            _batch.Clear();
        }
    }

    private sealed class Format : WireFormat
    {
        public override WireMessage Encode(Notification notification) =>
            SocketMessages.Notification(notification.Payload.Span, notification.Channel, notification.Position.Epoch, notification.Offset);
    }
}

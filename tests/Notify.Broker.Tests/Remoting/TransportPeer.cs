using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Remote.Transport;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Notify.Broker.Clustering;
using Notify.Broker.Metrics;
using Notify.Broker.Remoting;
using Notify.Broker.Tests.Clustering;
using Notify.Browser.Tests;

namespace Notify.Broker.Tests.Remoting;

/// <summary>Runs a transport without a node: it accepts the same connections as Akka, and counts the refused ones.</summary>
internal sealed class TransportPeer : IAssociationEventListener, IAsyncDisposable
{
    private readonly LogCapture _log = new();
    private readonly BrokerMetrics _metrics = new();
    private readonly MeterListener _meter = new();
    private readonly LastingPort _port = LastingPort.Reserve();
    private readonly ActorSystem _system;
    private long _refused;

    private TransportPeer(NodeIdentity identity, int maxHandshakes, TimeSpan handshakeTimeout)
    {
        Self = new NodeAddress("127.0.0.1", _port.Number);
        _meter.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "notify.limit.refusals" && ReferenceEquals(instrument.Meter.Scope, _metrics))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meter.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            Assert.Equal(new KeyValuePair<string, object?>("limit", "node_handshakes"), Assert.Single(tags.ToArray()));
            Interlocked.Add(ref _refused, count);
        });
        _meter.Start();
        var logger = LoggerFactory.Create(builder => builder.SetMinimumLevel(LogLevel.Information).AddProvider(_log))
            .CreateLogger<NodeTransport>();
        _system = ActorSystem.Create("notify", ActorSystemSetup.Create(
            new NodeTransportSetup(Self, identity, new BrokerOptions().MaxFrame, _metrics, logger)
            {
                MaxHandshakes = maxHandshakes,
                HandshakeTimeout = handshakeTimeout,
                FinishTimeout = TimeSpan.FromSeconds(30),
            }));
        Transport = new NodeTransport(_system, Config.Empty);
    }

    public NodeAddress Self { get; }

    public NodeTransport Transport { get; }

    public Address Address => new("ssl.tcp", "notify", Self.Host, Self.Port);

    public IReadOnlyCollection<string> Log => _log.Lines;

    public long Refused => Interlocked.Read(ref _refused);

    public bool IsRunning => !_system.WhenTerminated.IsCompleted;

    public ConcurrentQueue<AssociationHandle> Taken { get; } = new();

    public static async Task<TransportPeer> ListenAsync(NodeIdentity identity, int maxHandshakes = 64, TimeSpan? handshakeTimeout = null)
    {
        var peer = new TransportPeer(identity, maxHandshakes, handshakeTimeout ?? TimeSpan.FromSeconds(10));
        var (_, listening) = await peer.Transport.Listen();
        listening.SetResult(peer);
        return peer;
    }

    /// <summary>Reads the data of a link.</summary>
    public static Inbox Read(AssociationHandle link)
    {
        var inbox = new Inbox();
        link.ReadHandlerSource.SetResult(inbox);
        return inbox;
    }

    public void Notify(IAssociationEvent ev) => Taken.Enqueue(((InboundAssociation)ev).Association);

    public async ValueTask DisposeAsync()
    {
        await Transport.Shutdown();
        await _system.Terminate();
        _meter.Dispose();
        _metrics.Dispose();
        _port.Dispose();
    }

    internal sealed class Inbox : IHandleEventListener
    {
        public ConcurrentQueue<ByteString> Frames { get; } = new();

        public bool IsOver { get; private set; }

        public void Notify(IHandleEvent ev)
        {
            if (ev is InboundPayload payload)
            {
                Frames.Enqueue(payload.Payload);
            }
            else
            {
                IsOver = true;
            }
        }
    }
}

using Akka.Actor;
using BenchmarkDotNet.Attributes;
using Notify.Broker;
using Notify.Broker.Connections;
using Notify.Broker.Metrics;
using Notify.Broker.Relays;
using Notify.Protocol;

namespace Notify.Benchmarks.Micro;

/// <summary>
/// Measures the cost of an actor for each socket: a thousand sockets each get a message, and their writers write it to transports that
/// accept it at once.
/// </summary>
[MemoryDiagnoser]
public class WriterBenchmarks
{
    private const int Sockets = 1000;

    private readonly WireMessage _message = WireMessage.Text(new byte[200]);
    private readonly CountdownEvent _written = new(Sockets);
    private readonly List<SendQueue> _sendQueues = [];
    private ActorSystem _system = null!;

    /// <summary>Opens the sockets.</summary>
    [GlobalSetup]
    public async Task OpenAsync()
    {
        _system = ActorSystem.Create("benchmark", "akka { loglevel = WARNING, stdout-loglevel = WARNING }");
        var connections = ConnectionFactory.Start(
            _system, new RelayStripes(1), new BrokerOptions(), new NodeJoins(1000, long.MaxValue), new BrokerMetrics());
        for (var i = 0; i < Sockets; i++)
        {
            var sendQueue = new SendQueue(1 << 20);
            await connections.OpenAsync(sendQueue);
            sendQueue.Use(new Transport(_written));
            _sendQueues.Add(sendQueue);
        }
    }

    /// <summary>Stops the actor system.</summary>
    [GlobalCleanup]
    public Task CloseAsync() => _system.Terminate();

    /// <summary>Queues the message for each socket, and waits until all have written it.</summary>
    [Benchmark(OperationsPerInvoke = Sockets)]
    public void Write()
    {
        foreach (var sendQueue in _sendQueues)
        {
            sendQueue.Write(_message);
        }

        _written.Wait();
        _written.Reset();
    }

    private sealed class Transport(CountdownEvent written) : ITransport
    {
        public int MaxMessages => int.MaxValue;

        public bool TryAcquire() => true;

        public ValueTask WriteAsync(IReadOnlyList<WireMessage> batch)
        {
            written.Signal(batch.Count);
            return ValueTask.CompletedTask;
        }

        public void Complete()
        {
        }

        public void Abort()
        {
        }
    }
}

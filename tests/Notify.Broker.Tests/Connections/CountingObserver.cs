using Notify.Protocol;

namespace Notify.Broker.Tests.Connections;

/// <summary>Counts what happens to the copies of a message.</summary>
internal sealed class CountingObserver : IWriteObserver
{
    private int _written;
    private int _dropped;

    public (int Written, int Dropped) Counts => (Volatile.Read(ref _written), Volatile.Read(ref _dropped));

    public void Written() => Interlocked.Increment(ref _written);

    public void Dropped() => Interlocked.Increment(ref _dropped);
}

using System.Collections.Concurrent;
using System.Text;
using Notify.Broker.Connections;
using Notify.Protocol;

namespace Notify.Broker.Tests.Connections;

/// <summary>Implements a transport that writes when the test permits it.</summary>
internal sealed class FakeTransport(bool isOpen = true, bool isSingleUse = false) : ITransport
{
    private readonly SemaphoreSlim _gate = new(isOpen ? int.MaxValue / 2 : 0);
    private int _acquired;

    public ConcurrentQueue<string[]> Batches { get; } = new();

    public IEnumerable<string> Messages => Batches.SelectMany(batch => batch);

    public bool IsCompleted { get; private set; }

    public bool IsAborted { get; private set; }

    public Exception? Failure { get; set; }

    /// <summary>Gets whether the writer itself fails, which no transport should cause.</summary>
    public bool IsFaulty { get; init; }

    public int MaxMessages => isSingleUse ? 16 : int.MaxValue;

    public bool TryAcquire() =>
        IsFaulty
            ? throw new InvalidOperationException("A fault of the transport.")
            : Interlocked.Increment(ref _acquired) == 1 || !isSingleUse;

    /// <summary>Completes one pending write.</summary>
    public void Let() => _gate.Release();

    public ValueTask WriteAsync(IReadOnlyList<WireMessage> batch)
    {
        if (Failure is not null)
        {
            return ValueTask.FromException(Failure);
        }

        Batches.Enqueue([.. batch.Select(message => Encoding.UTF8.GetString(message.Payload.Span))]);
        return _gate.Wait(0) ? ValueTask.CompletedTask : new ValueTask(_gate.WaitAsync());
    }

    public void Complete() => IsCompleted = true;

    public void Abort() => IsAborted = true;
}

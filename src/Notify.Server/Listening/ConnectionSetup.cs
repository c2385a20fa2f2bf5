using System.Buffers;
using System.IO.Pipelines;

namespace Notify.Server.Listening;

/// <summary>Contains what all connections of a listener share.</summary>
internal sealed class ConnectionSetup : IDisposable
{
    // The limit of data that was received and not yet read. A throttled connection holds this much and no more.
    private const int ReadBuffer = 64 * 1024;

    // The limit of responses that wait for the socket. It is Kestrel's default.
    private const int WriteBuffer = 64 * 1024;

    /// <summary>Creates the setup.</summary>
    /// <param name="memory">The memory pool, which must be Kestrel's own, because HTTP expects blocks of it. The setup disposes it.</param>
    /// <param name="logger">The log for failures of connections.</param>
    public ConnectionSetup(MemoryPool<byte> memory, ILogger<AcceptedConnection> logger)
    {
        Memory = memory;
        Logger = logger;

        // The reader continues on the thread that has received, which saves a thread switch for each message.
        Input = new PipeOptions(
            memory, PipeScheduler.Inline, PipeScheduler.ThreadPool, ReadBuffer, ReadBuffer / 2, useSynchronizationContext: false);
        Output = new PipeOptions(
            memory, new ResponseScheduler(), PipeScheduler.ThreadPool, WriteBuffer, WriteBuffer / 2, useSynchronizationContext: false);
    }

    /// <summary>Gets the memory pool of the pipes and of HTTP.</summary>
    public MemoryPool<byte> Memory { get; }

    /// <summary>Gets the log for failures of connections.</summary>
    public ILogger<AcceptedConnection> Logger { get; }

    /// <summary>Gets the options of the pipe for received data.</summary>
    public PipeOptions Input { get; }

    /// <summary>Gets the options of the pipe for HTTP responses.</summary>
    public PipeOptions Output { get; }

    public void Dispose() => Memory.Dispose();
}

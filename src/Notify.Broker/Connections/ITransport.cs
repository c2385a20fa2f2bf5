using Notify.Protocol;

namespace Notify.Broker.Connections;

/// <summary>
/// Represents a transport for a <see cref="WriterActor"/>. It accepts a batch of encoded messages and completes when it can accept the
/// next. Messages that queue up in the meantime form one write.
/// </summary>
public interface ITransport
{
    /// <summary>Gets the maximum number of messages in a batch.</summary>
    int MaxMessages { get; }

    /// <summary>
    /// Acquires the right to write one batch. Returns false when the transport accepts no more: a poll accepts a single batch, and may have
    /// ended otherwise. The next batch then waits for the next transport.
    /// </summary>
    bool TryAcquire();

    /// <summary>
    /// Writes the messages in order, if possible as one write. Completes when more can be accepted, and throws when the transport is
    /// broken. The list belongs to the writer and may only be read during the call.
    /// </summary>
    ValueTask WriteAsync(IReadOnlyList<WireMessage> batch);

    /// <summary>Ends the transport after everything was written, in the form of its own protocol.</summary>
    void Complete();

    /// <summary>Ends the transport at once, without writing the queued messages.</summary>
    void Abort();
}

using Notify.Protocol;

namespace Notify.Broker.Connections;

/// <summary>
/// What a <see cref="WriterActor"/> sees of a transport: something that takes a batch of ready messages and says when it can take
/// more. What queues up meanwhile leaves as one write.
/// </summary>
public interface ITransport
{
    /// <summary>How many messages one batch may have.</summary>
    int MaxMessages { get; }

    /// <summary>
    /// Asks for the right to write one batch. False when it can take no more: the answer to a poll takes one batch only, and somebody
    /// else may have ended it; the next batch waits for the next transport.
    /// </summary>
    bool TryAcquire();

    /// <summary>
    /// Writes the messages in order, as one write where it can. Completes when more can be taken; throws when the transport is broken.
    /// The list is the writer's own: it may be read during the call only.
    /// </summary>
    ValueTask WriteAsync(IReadOnlyList<WireMessage> batch);

    /// <summary>Ends the transport after what was written: the client is told in the transport's own way.</summary>
    void Complete();

    /// <summary>Ends the transport at once, whatever waits.</summary>
    void Abort();
}

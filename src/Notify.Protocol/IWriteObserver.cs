namespace Notify.Protocol;

/// <summary>Observes what happens to the copies of a queued message. May be called on any thread, once for each copy.</summary>
public interface IWriteObserver
{
    /// <summary>Called when the message was written to a client.</summary>
    void Written();

    /// <summary>Called when the connection ended before the message was written.</summary>
    void Dropped();
}

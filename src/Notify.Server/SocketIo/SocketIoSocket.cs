using Notify.Broker.Recovery;
using Notify.Protocol;
using Notify.Server.EngineIo;

namespace Notify.Server.SocketIo;

/// <summary>One client in one namespace.</summary>
/// <param name="session">The session that carries it.</param>
/// <param name="id">Its id, which names its own room.</param>
/// <param name="ns">The namespace.</param>
/// <param name="recoverable">What outlives its connection; null when nothing does.</param>
public sealed class SocketIoSocket(EngineSession session, string id, string ns, RecoverableSession? recoverable = null)
{
    /// <summary>The session that carries it.</summary>
    public EngineSession Session { get; } = session;

    /// <summary>Its id.</summary>
    public string Id { get; } = id;

    /// <summary>The namespace.</summary>
    public string Namespace { get; } = ns;

    /// <summary>What outlives its connection; null when nothing does.</summary>
    public RecoverableSession? Recoverable { get; } = recoverable;

    /// <summary>Sends a message.</summary>
    public void Send(WireMessage message) => Session.Send(message);

    /// <summary>Sends messages that belong together: a text and its attachments.</summary>
    public void Send(IReadOnlyList<WireMessage> messages)
    {
        foreach (var message in messages)
        {
            Session.Send(message);
        }
    }
}

using Notify.Broker.Recovery;
using Notify.Protocol;
using Notify.Server.EngineIo;

namespace Notify.Server.SocketIo;

/// <summary>Represents one client in one namespace.</summary>
/// <param name="session">The session of its connection.</param>
/// <param name="id">The socket's id, which is also the name of its own room.</param>
/// <param name="ns">The namespace.</param>
/// <param name="recoverable">The recoverable state that outlives the connection; null when there is none.</param>
public sealed class SocketIoSocket(EngineSession session, string id, string ns, RecoverableSession? recoverable = null)
{
    /// <summary>Gets the session of its connection.</summary>
    public EngineSession Session { get; } = session;

    /// <summary>Gets the socket's id.</summary>
    public string Id { get; } = id;

    /// <summary>Gets the namespace.</summary>
    public string Namespace { get; } = ns;

    /// <summary>Gets the recoverable state that outlives the connection; null when there is none.</summary>
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

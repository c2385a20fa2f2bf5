using Notify.Protocol.EngineIo;
using Notify.Server.EngineIo;

namespace Notify.ProtocolHost;

/// <summary>Sends every message back: text as text, binary as binary.</summary>
internal sealed class EchoHandler(EngineSession session) : IEngineHandler
{
    public void OnOpen()
    {
    }

    public Action? Read(in EnginePacket message)
    {
        var answer = message.IsBinary ? EngineMessages.Binary(message.Data.Span, session.Revision) : EngineMessages.Text(message.Data.Span);
        return () => session.Send(answer);
    }

    public void OnClose(EngineCloseReason reason)
    {
    }

    public Task ReadyAsync() => Task.CompletedTask;
}

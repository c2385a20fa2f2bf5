using Akka.Actor;
using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.Recovery;
using Notify.Protocol;
using Notify.Protocol.SocketIo;
using Notify.Server.EngineIo;

namespace Notify.Server.SocketIo;

/// <summary>
/// One client that comes back and wants to go on with its session. It is told that it does only when every channel has answered that
/// all it missed follows; what the channels tell meanwhile waits. Otherwise it is as if it had not asked.
/// </summary>
/// <param name="recovery">Finds the session.</param>
/// <param name="engine">The client's new connection.</param>
internal sealed class SocketResumption(SocketRecovery recovery, EngineSession engine)
{
    // As many as the session had joined, which its connection has let pass before.
    private readonly CommandGate _gate = new(int.MaxValue);

    /// <summary>The session, from when its channels are joined on. Changes in the turns of the connection only.</summary>
    public RecoverableSession? Session { get; private set; }

    /// <summary>Finds the session and joins its channels from where the client is.</summary>
    /// <param name="privateId">The private id that the client has.</param>
    /// <param name="last">What it received last.</param>
    /// <param name="mayJoin">Whether the client may have these channels; asked in a turn of the connection.</param>
    public async Task<ResumeOutcome> RunAsync(string privateId, LastReceived last, Func<IReadOnlyCollection<string>, bool> mayJoin)
    {
        if (await recovery.FindAsync(privateId, last) is not { } session || session.Log.Rewind(last) is not { } positions)
        {
            return ResumeOutcome.Unknown;
        }

        var replies = new ResumeReplies(positions.Count);
        var isRefused = false;
        var isOpen = engine.Run(() =>
        {
            isRefused = !mayJoin([.. positions.Keys]);
            if (!isRefused)
            {
                Begin(session, positions, replies);
            }
        });
        if (isRefused || !isOpen)
        {
            recovery.Sessions.GiveBack(session, engine.Address.Value);
            return isRefused ? ResumeOutcome.Refused : ResumeOutcome.Ended;
        }

        var outcome = await replies.Outcome;
        if (outcome == ResumeOutcome.Lost)
        {
            await LeaveAsync(positions.Keys);
        }

        return outcome;
    }

    /// <summary>Forgets the session, and what its channels have told. In a turn of the connection.</summary>
    public void Undo()
    {
        if (Session is { } session)
        {
            Session = null;
            recovery.Sessions.Forget(session);
            engine.SendQueue.DropBuffered();
        }
    }

    /// <summary>The connection is over before the client has heard anything: the session waits for its next. In a turn of the connection.</summary>
    public void Abandon()
    {
        if (Session is { } session)
        {
            recovery.Sessions.Retain(session);
        }
    }

    private void Begin(RecoverableSession session, IReadOnlyDictionary<string, Position> positions, ResumeReplies replies)
    {
        Session = session;
        recovery.Sessions.Add(session, engine.Address.Value, engine.Close);
        engine.SendQueue.Use(new RecoveryInterceptor(session.Log, isBuffering: true));
        foreach (var (channel, position) in positions)
        {
            _gate.Enter();
            engine.Connection.Tell(new ConnectionCommands.Join(
                channel, RecoverableFormat.Instance, replies, _gate, new Since.After(position.Epoch, position.Offset)));
        }
    }

    // Until each channel's relay has said that nothing follows, something of it might still be told to the new session.
    private async Task LeaveAsync(IEnumerable<string> channels)
    {
        var left = channels.Select(channel =>
        {
            var one = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _gate.Enter();
            engine.Connection.Tell(new ConnectionCommands.Leave(channel, one.SetResult, _gate));
            return one.Task;
        });
        await Task.WhenAll(left);
    }
}

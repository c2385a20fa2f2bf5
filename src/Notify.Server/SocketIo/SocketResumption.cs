using Akka.Actor;
using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.Recovery;
using Notify.Protocol;
using Notify.Protocol.SocketIo;
using Notify.Server.EngineIo;

namespace Notify.Server.SocketIo;

/// <summary>
/// Recovers the session of one reconnecting client. The client is informed only after every channel has confirmed that all missed
/// notifications follow; the channels' notifications are queued until then. Otherwise the client gets a new session.
/// </summary>
/// <param name="recovery">Finds the session.</param>
/// <param name="engine">The client's new connection.</param>
internal sealed class SocketResumption(SocketRecovery recovery, EngineSession engine)
{
    // No limit: the former connection was already allowed to join these channels.
    private readonly CommandGate _gate = new(int.MaxValue);

    /// <summary>Gets the session as soon as its channels are being joined. It only changes in turns of the connection.</summary>
    public RecoverableSession? Session { get; private set; }

    /// <summary>Finds the session, and joins its channels from the client's position.</summary>
    /// <param name="privateId">The client's private id.</param>
    /// <param name="last">The last event that the client received.</param>
    /// <param name="mayContinue">Returns whether the session and its channels may belong to the client. Not a turn.</param>
    /// <param name="mayJoin">Returns whether the client may join these channels. Called in a turn of the connection.</param>
    public async Task<ResumeOutcome> RunAsync(
        string privateId,
        LastReceived last,
        Func<RecoverableSession, IReadOnlyCollection<string>, ValueTask<bool>> mayContinue,
        Func<IReadOnlyCollection<string>, bool> mayJoin)
    {
        if (await recovery.FindAsync(privateId, last) is not { } session || session.Log.Rewind(last) is not { } positions)
        {
            return ResumeOutcome.Unknown;
        }

        var replies = new ResumeReplies(positions.Count);
        IReadOnlyCollection<string> channels = [.. positions.Keys];
        var isRefused = !await mayContinue(session, channels);
        var isOpen = engine.Run(() =>
        {
            isRefused |= !mayJoin(channels);
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

    /// <summary>Discards the session and the notifications of its channels. Called in a turn of the connection.</summary>
    public void Undo()
    {
        if (Session is { } session)
        {
            Session = null;
            recovery.Sessions.Forget(session);
            engine.SendQueue.DropBuffered();
        }
    }

    /// <summary>
    /// Releases the session for the client's next connection, because this one ended before the client received anything. Called in a turn
    /// of the connection.
    /// </summary>
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

    // Until each channel's relay has confirmed the leave, it might still deliver notifications to the new session.
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

using Akka.Actor;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Notify.Broker.Connections;
using Notify.Protocol.EngineIo;
using Notify.Server.EngineIo;
using Notify.Server.Options;
using Notify.Server.Sessions;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.EngineIo;

/// <summary>Tests that a busy session delays only its own client, and neither the common clock nor a writer.</summary>
public sealed class BusySessionTests : IAsyncDisposable
{
    private static readonly long Late = (long)TimeSpan.FromDays(1).TotalMilliseconds;

    private readonly ClientLimits _limits = new();
    private readonly EndLog _ends;
    private readonly EngineSessionManager _server;

    public BusySessionTests()
    {
        _ends = new EndLog(_limits.Metrics.Connections, TimeProvider.System, NullLogger<EndLog>.Instance);
        _server = new EngineSessionManager(
            new EngineIoOptions(),
            new ConnectionOptions(),
            connections: null!,
            new SocketIds(0),
            _limits.Metrics,
            _limits.Connections,
            _ends,
            TimeProvider.System,
            createHandler: null!,
            NullLogger<EngineSessionManager>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _ends.Dispose();
        _limits.Dispose();
    }

    [Fact]
    public async Task While_a_message_is_read_the_session_has_its_turns()
    {
        using var handler = new SlowReader();
        var session = Open(handler);
        var receiving = Task.Run(() => session.Receive([new EnginePacket(EnginePacketType.Message, default)], EngineDecodeError.None));
        await handler.Reading.Task.Soon();
        await Task.Run(() =>
        {
            session.TickUpgrade(_server.Now);
            Assert.True(session.Run(static () => { }));

            // The client has been silent for a day.
            ((IClientSession)session).Tick(_server.Now + Late);
        }).Soon();
        Assert.Equal(EngineCloseReason.PingTimeout, await handler.Closed.Task.Soon());

        // The message was read too late.
        handler.Release();
        await receiving.Soon();
        Assert.False(handler.HasActed);
    }

    [Fact]
    public async Task While_a_message_is_read_the_next_one_waits()
    {
        using var handler = new SlowReader();
        var session = Open(handler);
        var first = Task.Run(() => session.Receive([new EnginePacket(EnginePacketType.Message, default)], EngineDecodeError.None));
        await handler.Reading.Task.Soon();
        var second = Task.Run(() => session.Receive([new EnginePacket(EnginePacketType.Message, default)], EngineDecodeError.None));
        handler.Release();
        await Task.WhenAll(first, second).Soon();
        Assert.Equal(1, handler.MostAtOnce);
        Assert.True(handler.HasActed);
    }

    [Fact]
    public async Task During_a_turn_the_clock_passes_on()
    {
        using var handler = new SlowReader();
        var session = Open(handler);
        using var release = new ManualResetEventSlim();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var turn = Task.Run(() => session.Run(() =>
        {
            begun.SetResult();
            release.Wait();
        }));
        await begun.Task.Soon();
        await Task.Run(() =>
        {
            ((IClientSession)session).Tick(_server.Now + Late);
            session.TickUpgrade(_server.Now);
        }).Soon();
        Assert.False(session.IsClosed);
        release.Set();
        Assert.True(await turn.Soon());
        ((IClientSession)session).Tick(_server.Now + Late);
        Assert.True(session.IsClosed);
    }

    private EngineSession Open(SlowReader handler)
    {
        var context = new DefaultHttpContext();
        context.Request.QueryString = new QueryString("?EIO=3&transport=polling");
        var session = new EngineSession(_server, "s", new EngineRequest(context), EngineRevision.V3, socket: null, address: default);
        Assert.True(session.Open(ActorRefs.Nobody, handler));
        return session;
    }

    private sealed class SlowReader : IEngineHandler, IDisposable
    {
        private readonly ManualResetEventSlim _release = new();
        private int _reading;

        public TaskCompletionSource Reading { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<EngineCloseReason> Closed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool HasActed { get; private set; }

        public int MostAtOnce { get; private set; }

        public void Release() => _release.Set();

        public void OnOpen()
        {
        }

        public Action? Read(in EnginePacket message)
        {
            MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _reading));
            Reading.TrySetResult();
            _release.Wait();
            Interlocked.Decrement(ref _reading);
            return () => HasActed = true;
        }

        public void OnClose(EngineCloseReason reason) => Closed.TrySetResult(reason);

        public Task ReadyAsync() => Task.CompletedTask;

        public void Dispose() => _release.Dispose();
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Configuration;
using Akka.Remote.Transport;
using Notify.Broker.Clustering;

namespace Notify.Broker.Remoting;

/// <summary>
/// Connects the nodes of a cluster, over TLS with a certificate on both sides. It replaces Akka's own transport, which terminates a node's
/// actor system when an outgoing handshake fails for any reason. Here a failed handshake only means that the other node could not be
/// reached. README.md has the details.
/// </summary>
internal sealed class NodeTransport : Transport, IDisposable
{
    private static readonly TimeSpan PauseAfterError = TimeSpan.FromMilliseconds(100);

    private readonly NodeTransportSetup _setup;
    private readonly HandshakeLog _log;
    private readonly IncomingHandshakes _handshakes;
    private readonly CancellationTokenSource _leaving = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Task, bool> _accepting = new();
    private readonly ConcurrentDictionary<NodeLink, Task> _links = new(ReferenceEqualityComparer.Instance);
    private readonly TaskCompletionSource<IAssociationEventListener> _listener = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Address _self;
    private Socket? _socket;
    private Task _listening = Task.CompletedTask;

    /// <summary>Creates the transport. Akka calls this constructor.</summary>
    public NodeTransport(ActorSystem system, Config config)
    {
        (System, Config) = (system, config);
        _setup = system.Settings.Setup.Get<NodeTransportSetup>().Value;
        SchemeIdentifier = "ssl.tcp";
        MaximumPayloadBytes = _setup.MaxFrame;
        _log = new HandshakeLog(_setup.Logger, TimeProvider.System, _setup.HandshakeTimeout, _setup.MaxHandshakes);
        _handshakes = new IncomingHandshakes(_setup.MaxHandshakes, _setup.HandshakeTimeout, _stopping.Token);
        var self = _setup.Self;
        _self = ToAddress(self);
    }

    /// <summary>Gets the number of unfinished incoming handshakes.</summary>
    public int UnfinishedHandshakes => _handshakes.Count;

    /// <inheritdoc />
    public override bool IsResponsibleFor(Address remote) => true;

    /// <inheritdoc />
    public override Task<(Address, TaskCompletionSource<IAssociationEventListener>)> Listen()
    {
        // Returns a failed task instead of throwing, because Akka would wait forever after an exception.
        try
        {
            _socket = ClusterPort.Listen(_setup.Self);
        }
        catch (ClusterJoinException exception)
        {
            return Task.FromException<(Address, TaskCompletionSource<IAssociationEventListener>)>(exception);
        }

        _listening = ListenAsync(_socket);
        return Task.FromResult((_self, _listener));
    }

    /// <inheritdoc />
    public override async Task<AssociationHandle> Associate(Address remoteAddress)
    {
        var (host, port) = (remoteAddress.Host!.Trim('[', ']'), remoteAddress.Port!.Value);
        var place = string.Create(CultureInfo.InvariantCulture, $"{remoteAddress.Host}:{port}");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_leaving.Token);
        limit.CancelAfter(_setup.DialTimeout);
        var socket = ClusterPort.New();
        try
        {
            await socket.ConnectAsync(host, port, limit.Token);
            var stream = new NetworkStream(socket, ownsSocket: true);
            var tls = await NodeHandshake.DialAsync(stream, host, _setup.Identity, limit.Token);
            return Add(new NodeLink(_self, remoteAddress, tls, socket, _setup.MaxFrame, _setup.Logger));
        }
        catch (Exception exception) when (exception is SocketException or HandshakeException or OperationCanceledException)
        {
            socket.Dispose();
            if (exception is HandshakeException failed)
            {
                _log.Failed(failed.Fault, place);
            }
            else if (exception is OperationCanceledException && !_leaving.IsCancellationRequested)
            {
                _log.Failed(HandshakeFault.Slow, place);
            }

            // Akka retries later. The exception has no inner exception, because Akka would log all of it.
            throw new InvalidAssociationException($"{place} could not be reached: {exception.Message}");
        }
    }

    /// <inheritdoc />
    public override async Task<bool> Shutdown()
    {
        if (_leaving.IsCancellationRequested)
        {
            return true;
        }

        // The cancelled handshakes could not have resulted in a usable link, because this node is shutting down.
        await _leaving.CancelAsync();
        _socket?.Dispose();
        await _listening;
        await Task.WhenAny(Task.WhenAll(_accepting.Keys), Task.Delay(_setup.FinishTimeout));
        await _stopping.CancelAsync();
        await Task.WhenAll(_accepting.Keys);
        foreach (var link in _links.Keys)
        {
            link.Close();
        }

        await Task.WhenAll(_links.Values);
        Dispose();
        return true;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _socket?.Dispose();
        _log.Dispose();
        _leaving.Dispose();
        _stopping.Dispose();
    }

    private async Task ListenAsync(Socket listening)
    {
        var listener = await _listener.Task;
        while (!_leaving.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await listening.AcceptAsync(_leaving.Token);
            }
            catch (SocketException exception)
            {
                if (!_leaving.IsCancellationRequested)
                {
                    _log.NotTaken(exception.Message);
                    await Task.Delay(PauseAfterError);
                }

                continue;
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }

            var accepting = AcceptAsync(socket, listener);
            _accepting[accepting] = true;
            _ = accepting.ContinueWith(task => _accepting.TryRemove(task, out _), TaskScheduler.Default);
        }
    }

    private async Task AcceptAsync(Socket socket, IAssociationEventListener listener)
    {
        // Lets the accept loop continue.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var peer = "?";
        using var turn = _handshakes.Enter();
        try
        {
            var remote = (IPEndPoint)socket.RemoteEndPoint!;
            var address = remote.Address.IsIPv4MappedToIPv6 ? remote.Address.MapToIPv4() : remote.Address;
            peer = address.ToString();
            ClusterPort.Prepare(socket);
            var tls = await NodeHandshake.AcceptAsync(new NetworkStream(socket, ownsSocket: true), _setup.Identity, turn.Token);
            listener.Notify(new InboundAssociation(Add(
                new NodeLink(_self, ToAddress(new NodeAddress(peer, remote.Port)), tls, socket, _setup.MaxFrame, _setup.Logger))));
        }
        catch (HandshakeException exception)
        {
            Refuse(socket, exception.Fault, peer);
        }
        catch (OperationCanceledException)
        {
            Refuse(socket, turn.Fault, peer);
        }
        catch (SocketException)
        {
            // The connection was reset before anything was read.
            Refuse(socket, HandshakeFault.Closed, peer);
        }
    }

    private void Refuse(Socket socket, HandshakeFault fault, string peer)
    {
        socket.Dispose();
        if (!_stopping.IsCancellationRequested)
        {
            _log.Refused(fault, peer);
            _setup.Metrics.Limits.Refused("node_handshakes");
        }
    }

    private NodeLink Add(NodeLink link)
    {
        var running = link.RunAsync();
        _links[link] = running;
        _ = running.ContinueWith(
            _ =>
            {
                _links.TryRemove(link, out var _);
                link.Dispose();
            },
            TaskScheduler.Default);
        return link;
    }

    private Address ToAddress(NodeAddress node) => new(SchemeIdentifier, System.Name, node.HostInAddress, node.Port);
}

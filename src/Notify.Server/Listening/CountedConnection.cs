using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Notify.Server.Limits;

namespace Notify.Server.Listening;

/// <summary>Represents a TCP connection that is counted until its socket is closed, which may be long after its last request.</summary>
/// <param name="inner">The connection.</param>
/// <param name="places">The sockets of this process.</param>
/// <param name="addresses">The limits of each address; null when none apply.</param>
/// <param name="peer">The key to which the connection is charged.</param>
internal sealed class CountedConnection(
    ConnectionContext inner, SocketLimit places, AddressLimits? addresses, AddressKey peer) : ConnectionContext
{
    private int _isClosed;

    public override string ConnectionId
    {
        get => inner.ConnectionId;
        set => inner.ConnectionId = value;
    }

    public override IFeatureCollection Features => inner.Features;

    public override IDictionary<object, object?> Items
    {
        get => inner.Items;
        set => inner.Items = value;
    }

    public override IDuplexPipe Transport
    {
        get => inner.Transport;
        set => inner.Transport = value;
    }

    public override CancellationToken ConnectionClosed
    {
        get => inner.ConnectionClosed;
        set => inner.ConnectionClosed = value;
    }

    public override EndPoint? LocalEndPoint
    {
        get => inner.LocalEndPoint;
        set => inner.LocalEndPoint = value;
    }

    public override EndPoint? RemoteEndPoint
    {
        get => inner.RemoteEndPoint;
        set => inner.RemoteEndPoint = value;
    }

    public override void Abort() => inner.Abort();

    public override void Abort(ConnectionAbortedException abortReason) => inner.Abort(abortReason);

    public override async ValueTask DisposeAsync()
    {
        try
        {
            await inner.DisposeAsync();
            await base.DisposeAsync();
        }
        finally
        {
            if (Interlocked.Exchange(ref _isClosed, 1) == 0)
            {
                places.Close();
                addresses?.CloseSocket(peer);
            }
        }
    }
}

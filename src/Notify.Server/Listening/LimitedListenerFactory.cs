using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Notify.Server.Limits;

namespace Notify.Server.Listening;

/// <summary>
/// Makes Kestrel's listeners, in the place of its own factory: Kestrel's accepts whatever comes, and at the limit of open files its loop
/// runs without a pause, so that one core is lost, memory grows and nothing is logged.
/// </summary>
/// <param name="places">The sockets that this process may have open.</param>
/// <param name="addresses">The limits of each address.</param>
/// <param name="nodePort">The port of the other nodes, which have no limit of addresses; null when there is none.</param>
/// <param name="memory">Makes the memory that HTTP reads and writes by.</param>
/// <param name="loggers">Where failures go.</param>
internal sealed class LimitedListenerFactory(
    SocketLimit places, AddressLimits addresses, int? nodePort, IMemoryPoolFactory<byte> memory, ILoggerFactory loggers) : IConnectionListenerFactory
{
    // What a client may have sent and the server has not read. A connection that is read from later holds this much, and no more.
    private const int ReadBuffer = 64 * 1024;

    /// <inheritdoc />
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        Socket socket;
        try
        {
            socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(exception.Message, exception);
        }

        socket.Listen(new SocketTransportOptions().Backlog);
        var factory = new SocketConnectionContextFactory(
            new SocketConnectionFactoryOptions { MaxReadBufferSize = ReadBuffer }, loggers.CreateLogger("Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets"));
        var limited = endpoint is IPEndPoint { Port: var port } && port == nodePort ? null : addresses;
        return ValueTask.FromResult<IConnectionListener>(
            new LimitedListener(socket, factory, memory.Create(), places, limited, loggers.CreateLogger<LimitedListener>()));
    }
}

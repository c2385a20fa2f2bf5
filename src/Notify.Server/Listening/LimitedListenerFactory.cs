using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Notify.Server.Limits;

namespace Notify.Server.Listening;

/// <summary>
/// Creates Kestrel's listeners instead of its own factory. Kestrel's listener accepts all connections, and at the limit of open files it
/// loops without a pause: it uses a whole core and more and more memory, and logs nothing. Its connections are larger, too.
/// </summary>
/// <param name="places">The limit of sockets of this process.</param>
/// <param name="addresses">The limits of each address.</param>
/// <param name="nodePort">The port for other nodes, to which the limits of addresses do not apply; null without a cluster.</param>
/// <param name="memory">Creates the memory pool of HTTP.</param>
/// <param name="time">The clock.</param>
/// <param name="loggers">Creates the logs for failures.</param>
internal sealed class LimitedListenerFactory(
    SocketLimit places,
    AddressLimits addresses,
    int? nodePort,
    IMemoryPoolFactory<byte> memory,
    TimeProvider time,
    ILoggerFactory loggers) : IConnectionListenerFactory
{
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
        var limited = endpoint is IPEndPoint { Port: var port } && port == nodePort ? null : addresses;
        return ValueTask.FromResult<IConnectionListener>(new LimitedListener(
            socket,
            new ConnectionSetup(memory.Create(), loggers.CreateLogger<AcceptedConnection>()),
            places,
            limited,
            time,
            loggers.CreateLogger<LimitedListener>()));
    }
}

namespace Notify.Server.Limits;

/// <summary>A handshake that is under way. Whatever becomes of it, disposing gives back what is not kept; more than once does nothing.</summary>
public sealed class ConnectionHandshake : IDisposable
{
    private readonly ConnectionLimits _limits;
    private int _isOver;

    internal ConnectionHandshake(ConnectionLimits limits, AddressKey address)
    {
        _limits = limits;
        Address = address;
    }

    /// <summary>Who is charged for the connection.</summary>
    internal AddressKey Address { get; }

    /// <summary>The handshake has become a connection: its place is kept until <see cref="ConnectionLimits.Leave"/>.</summary>
    public void Keep()
    {
        if (Interlocked.Exchange(ref _isOver, 1) == 0)
        {
            _limits.EndHandshake();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isOver, 1) == 0)
        {
            _limits.EndHandshake();
            _limits.Leave(Address);
        }
    }
}

using System.Diagnostics;

namespace Notify.Server.Limits;

/// <summary>
/// Represents a handshake that is under way. Disposing it releases everything that was not kept. Further calls do nothing.
/// </summary>
public sealed class ConnectionHandshake : IDisposable
{
    private readonly ConnectionLimits _limits;
    private readonly long _began = Stopwatch.GetTimestamp();
    private int _isOver;

    internal ConnectionHandshake(ConnectionLimits limits, AddressKey address)
    {
        _limits = limits;
        Address = address;
    }

    /// <summary>Gets the key to which the connection is charged.</summary>
    internal AddressKey Address { get; }

    /// <summary>Turns the handshake into a connection, which is counted until <see cref="ConnectionLimits.Leave"/>.</summary>
    public void Keep()
    {
        if (Interlocked.Exchange(ref _isOver, 1) == 0)
        {
            _limits.EndHandshake("open", _began);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isOver, 1) == 0)
        {
            _limits.EndHandshake("failed", _began);
            _limits.Leave(Address);
        }
    }
}

namespace Notify.Broker.Remoting;

/// <summary>
/// Limits the time and the number of incoming handshakes. When there are too many, the oldest is ended and the newest accepted, because a
/// node finishes its handshake in milliseconds, unlike a client that only occupies the port. Safe to use from any thread.
/// </summary>
/// <param name="max">The maximum number of concurrent handshakes.</param>
/// <param name="timeout">How long each may take.</param>
/// <param name="stopping">Ends all handshakes.</param>
internal sealed class IncomingHandshakes(int max, TimeSpan timeout, CancellationToken stopping)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Turn> _turns = [];

    /// <summary>Gets the number of handshakes.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _turns.Count;
            }
        }
    }

    /// <summary>Begins a handshake, and ends the oldest if there are too many.</summary>
    public Turn Enter()
    {
        var turn = new Turn(this, timeout, stopping);
        Turn? oldest = null;
        lock (_gate)
        {
            if (_turns.Count == max)
            {
                oldest = _turns.First!.Value;
                _turns.RemoveFirst();
            }

            _turns.AddLast(turn);
        }

        oldest?.Evict();
        return turn;
    }

    private void Leave(Turn turn)
    {
        lock (_gate)
        {
            _turns.Remove(turn);
        }
    }

    /// <summary>Represents one handshake until it is disposed.</summary>
    internal sealed class Turn : IDisposable
    {
        private readonly IncomingHandshakes _owner;
        private readonly CancellationTokenSource _limit;
        private readonly CancellationTokenSource _evicted = new();

        internal Turn(IncomingHandshakes owner, TimeSpan timeout, CancellationToken stopping)
        {
            _owner = owner;
            _limit = CancellationTokenSource.CreateLinkedTokenSource(stopping, _evicted.Token);
            _limit.CancelAfter(timeout);
            Token = _limit.Token;
        }

        /// <summary>Gets the token that ends the handshake.</summary>
        public CancellationToken Token { get; }

        /// <summary>Gets why the handshake was ended.</summary>
        public HandshakeFault Fault => _evicted.IsCancellationRequested ? HandshakeFault.Crowded : HandshakeFault.Slow;

        /// <inheritdoc />
        public void Dispose()
        {
            _owner.Leave(this);
            _limit.Dispose();

            // Not disposed, because another thread may be about to cancel it. Without a timer or a handle, the garbage collector suffices.
        }

        // The handshake ends on another thread, because the caller must continue to accept connections.
        internal void Evict() => _ = _evicted.CancelAsync();
    }
}

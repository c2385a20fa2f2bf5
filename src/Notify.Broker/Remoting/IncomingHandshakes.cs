namespace Notify.Broker.Remoting;

/// <summary>
/// Bounds the handshakes that others have begun: in time, and in number. When there are too many the oldest is ended and not the newest
/// refused, because a node finishes its handshake in milliseconds, and whoever only occupies the port does not. Safe to use from any thread.
/// </summary>
/// <param name="max">How many there may be at once.</param>
/// <param name="timeout">How long each may take.</param>
/// <param name="stopping">Ends all of them.</param>
internal sealed class IncomingHandshakes(int max, TimeSpan timeout, CancellationToken stopping)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Turn> _turns = [];

    /// <summary>Gets how many there are.</summary>
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

    /// <summary>Begins one, and ends the oldest if there are too many.</summary>
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

    /// <summary>Holds the place of one handshake until it is disposed.</summary>
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

        /// <summary>Gets what ends the handshake.</summary>
        public CancellationToken Token { get; }

        /// <summary>Gets why it was ended.</summary>
        public HandshakeFault Fault => _evicted.IsCancellationRequested ? HandshakeFault.Crowded : HandshakeFault.Slow;

        /// <inheritdoc />
        public void Dispose()
        {
            _owner.Leave(this);
            _limit.Dispose();

            // What ends it may just be on its way here: it has no timer and no handle, and is left to the collector.
        }

        // The end of the handshake runs on another thread, because the caller goes on to accept.
        internal void Evict() => _ = _evicted.CancelAsync();
    }
}

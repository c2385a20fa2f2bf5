using Notify.Protocol.SocketIo;

namespace Notify.Broker.Recovery;

/// <summary>
/// What was last written to a session, in the order in which it was written: runs of consecutive notifications of one channel, and
/// marks. So one quiet or busy channel is one run, and <see cref="Limit"/> runs are at least as many notifications. Pure.
/// </summary>
internal sealed class DeliveryRuns
{
    /// <summary>How many runs are kept; the oldest goes first.</summary>
    public const int Limit = 256;

    private const int InitialCapacity = 4;

    private DeliveryRun[] _runs = [];
    private int _first;
    private int _count;

    /// <summary>How many runs there are.</summary>
    public int Count => _count;

    /// <summary>A run, the oldest first.</summary>
    public DeliveryRun this[int index] => _runs[(_first + index) % _runs.Length];

    /// <summary>A notification is written. Returns the run that had to go for it, or null.</summary>
    public DeliveryRun? Add(string channel, string epoch, long offset)
    {
        if (_count > 0)
        {
            ref var last = ref _runs[(_first + _count - 1) % _runs.Length];
            if (last.To + 1 == offset && last.Channel == channel && last.Epoch == epoch)
            {
                last.To = offset;
                return null;
            }
        }

        return Add(new DeliveryRun(channel, epoch, offset, offset));
    }

    /// <summary>A mark is written. Returns the run that had to go for it, or null.</summary>
    public DeliveryRun? AddMark(int number) => Add(new DeliveryRun(Channel: null, "", number, number));

    /// <summary>Forgets what was written after <paramref name="last"/>. False, and nothing changes, when that is not among what is kept.</summary>
    public bool TryRewind(LastReceived last)
    {
        for (var i = _count - 1; i >= 0; i--)
        {
            ref var run = ref _runs[(_first + i) % _runs.Length];
            switch (last)
            {
                case LastReceived.Position position when run.Channel == position.Channel && run.Epoch == position.Epoch
                    && run.From <= position.Offset && position.Offset <= run.To:
                    run.To = position.Offset;
                    _count = i + 1;
                    return true;
                case LastReceived.Mark mark when run.Channel is null && run.From == mark.Number:
                    _count = i + 1;
                    return true;
                default:
                    break;
            }
        }

        return false;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => _count = 0;

    /// <summary>A run follows as it is. Returns the run that had to go for it, or null.</summary>
    public DeliveryRun? Add(DeliveryRun run)
    {
        DeliveryRun? gone = null;
        if (_count == Limit)
        {
            gone = _runs[_first];
            _first = (_first + 1) % _runs.Length;
            _count--;
        }
        else if (_count == _runs.Length)
        {
            var larger = new DeliveryRun[Math.Min(Limit, Math.Max(InitialCapacity, 2 * _count))];
            for (var i = 0; i < _count; i++)
            {
                larger[i] = this[i];
            }

            (_runs, _first) = (larger, 0);
        }

        _runs[(_first + _count) % _runs.Length] = run;
        _count++;
        return gone;
    }
}

using Notify.Protocol.SocketIo;

namespace Notify.Broker.Recovery;

/// <summary>
/// Records what was last written to a session, in its order: runs of consecutive notifications of one channel, and marks. A single channel,
/// quiet or busy, needs one run, and <see cref="Limit"/> runs contain at least as many notifications. Pure.
/// </summary>
internal sealed class DeliveryRuns
{
    /// <summary>The maximum number of runs; the oldest is removed first.</summary>
    public const int Limit = 256;

    private const int InitialCapacity = 4;

    private DeliveryRun[] _runs = [];
    private int _first;
    private int _count;

    /// <summary>Gets the number of runs.</summary>
    public int Count => _count;

    /// <summary>Gets a run, the oldest first.</summary>
    public DeliveryRun this[int index] => _runs[(_first + index) % _runs.Length];

    /// <summary>Records a written notification. Returns the run that was removed for it, or null.</summary>
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

    /// <summary>Records a written mark. Returns the run that was removed for it, or null.</summary>
    public DeliveryRun? AddMark(int number) => Add(new DeliveryRun(Channel: null, "", number, number));

    /// <summary>Removes everything after <paramref name="last"/>. Returns false without a change when the runs do not contain it.</summary>
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

    /// <summary>Removes all runs.</summary>
    public void Clear() => _count = 0;

    /// <summary>Adds a run. Returns the run that was removed for it, or null.</summary>
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

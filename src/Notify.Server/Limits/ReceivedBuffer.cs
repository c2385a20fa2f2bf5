using System.Buffers;

namespace Notify.Server.Limits;

/// <summary>
/// Collects what is being received in one pooled buffer that doubles as it fills, charged to the account of the node. The first buffer is
/// always granted, so that a full account refuses what is large and nothing else; its size and the number of connections bound those.
/// </summary>
/// <param name="account">The account.</param>
internal sealed class ReceivedBuffer(ReceiveAccount account) : IDisposable
{
    private byte[] _buffer = [];
    private int _charged;

    /// <summary>How many bytes have been written.</summary>
    public int Length { get; private set; }

    /// <summary>What has been written; valid until <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, Length);

    /// <summary>Where more can be written.</summary>
    public Memory<byte> Free => _buffer.AsMemory(Length);

    /// <summary>Makes room where there is none; false when the account has none for a larger buffer.</summary>
    /// <param name="least">The size of the first buffer.</param>
    public bool TryReserve(int least)
    {
        if (Length < _buffer.Length)
        {
            return true;
        }

        var size = Math.Max(least, _buffer.Length * 2);
        if (_buffer.Length == 0)
        {
            account.Charge(size);
        }
        else if (!account.TryCharge(size))
        {
            return false;
        }

        var larger = ArrayPool<byte>.Shared.Rent(size);
        Written.CopyTo(larger);
        Return();
        (_buffer, _charged) = (larger, size);
        return true;
    }

    /// <summary>So many bytes of <see cref="Free"/> have been written.</summary>
    public void Advance(int count) => Length += count;

    /// <inheritdoc />
    public void Dispose()
    {
        Return();
        (_buffer, _charged) = ([], 0);
        Length = 0;
    }

    private void Return()
    {
        if (_charged > 0)
        {
            account.GiveBack(_charged);
            ArrayPool<byte>.Shared.Return(_buffer);
        }
    }
}

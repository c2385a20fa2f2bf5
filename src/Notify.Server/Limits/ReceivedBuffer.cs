using System.Buffers;

namespace Notify.Server.Limits;

/// <summary>
/// Collects input in one pooled buffer that doubles as it fills and is charged to the node's account. The first buffer is always granted,
/// so that a full account only refuses large input. The number of connections limits these first buffers.
/// </summary>
/// <param name="account">The account.</param>
internal sealed class ReceivedBuffer(ReceiveAccount account) : IDisposable
{
    private byte[] _buffer = [];
    private int _charged;

    /// <summary>Gets the number of written bytes.</summary>
    public int Length { get; private set; }

    /// <summary>Gets the written bytes, which are valid until <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, Length);

    /// <summary>Gets the free part of the buffer.</summary>
    public Memory<byte> Free => _buffer.AsMemory(Length);

    /// <summary>Ensures that the buffer has room. Returns false when the account has none for a larger buffer.</summary>
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

    /// <summary>Marks the given number of bytes of <see cref="Free"/> as written.</summary>
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

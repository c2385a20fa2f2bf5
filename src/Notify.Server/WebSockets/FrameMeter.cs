using Notify.Server.Limits;

namespace Notify.Server.WebSockets;

/// <summary>
/// Tracks the frames of one WebSocket and limits those with little or no content: pings, pongs, and message fragments shorter than
/// <see cref="LeastPart"/>. Messages are charged by their receiver, but these frames never reach one. It also detects frames without a
/// mask, which the framework's WebSocket accepts. Use it as a field and do not copy it.
/// </summary>
internal struct FrameMeter
{
    /// <summary>The payload from which on a fragment is not charged, in bytes.</summary>
    public const int LeastPart = 256;

    private const byte Final = 0x80;
    private const byte Masked = 0x80;
    private const byte OpcodeMask = 0x0F;
    private const byte Continuation = 0x00;
    private const byte FirstControl = 0x08;
    private const int MaskLength = 4;

    // A hundred a second in the long run and a thousand at once, which no legitimate client reaches.
    private static readonly TokenRate Rate = new(100);

    private TokenBucket _frames;

    // The remaining payload of the current frame; its length while the header is read.
    private ulong _left;
    private byte _first;
    private byte _headRead;
    private byte _headLength;

    /// <summary>Gets whether a frame had no mask, which no client may send (RFC 6455 section 5.1).</summary>
    public bool IsUnmasked { get; private set; }

    /// <summary>Gets whether the data ends with a whole frame.</summary>
    public readonly bool IsBetweenFrames => _headRead == 0 && _left == 0;

    /// <summary>Processes received data. Returns false after too many such frames, or one without a mask.</summary>
    /// <param name="data">The next bytes.</param>
    /// <param name="now">The time, in milliseconds of the monotonic clock.</param>
    public bool TryRead(ReadOnlySpan<byte> data, long now)
    {
        while (!data.IsEmpty)
        {
            if (_headRead == 0 && _left > 0)
            {
                var payload = (int)Math.Min(_left, (ulong)data.Length);
                _left -= (ulong)payload;
                data = data[payload..];
                continue;
            }

            ReadHead(data[0]);
            if (IsUnmasked)
            {
                return false;
            }

            data = data[1..];
            if (_headRead >= 2 && _headRead == _headLength)
            {
                _headRead = 0;
                if (IsCharged() && _frames.Consume(Rate, 1, now) > 0)
                {
                    return false;
                }
            }
        }

        return true;
    }

    private void ReadHead(byte value)
    {
        switch (_headRead++)
        {
            case 0:
                _first = value;
                break;
            case 1:
                var length = value & ~Masked;
                var more = length switch
                {
                    126 => sizeof(ushort),
                    127 => sizeof(ulong),
                    _ => 0,
                };
                _left = more == 0 ? (ulong)length : 0;
                _headLength = (byte)(2 + more + MaskLength);
                IsUnmasked = (value & Masked) == 0;
                break;
            default:
                // The last four bytes are the mask.
                _left = _headRead <= _headLength - MaskLength ? (_left << 8) | value : _left;
                break;
        }
    }

    private readonly bool IsCharged()
    {
        var opcode = (byte)(_first & OpcodeMask);
        var isPart = opcode == Continuation || (_first & Final) == 0;
        return opcode >= FirstControl || (isPart && _left < LeastPart);
    }
}

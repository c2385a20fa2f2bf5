using Notify.Server.Limits;

namespace Notify.Server.WebSockets;

/// <summary>
/// Follows the frames of one WebSocket as they are read, and counts those that cost work and say nothing, or next to nothing: pings,
/// pongs, and the parts of a message that are shorter than <see cref="LeastPart"/>. Messages are charged by whoever takes them; these
/// never reach anybody, so nothing else would bound them. Frames without a mask are found here too, because the framework's WebSocket
/// does not refuse them. A field, never a copy.
/// </summary>
internal struct FrameMeter
{
    /// <summary>The payload from which on a part of a message pays for itself, in bytes.</summary>
    public const int LeastPart = 256;

    private const byte Final = 0x80;
    private const byte Masked = 0x80;
    private const byte OpcodeMask = 0x0F;
    private const byte Continuation = 0x00;
    private const byte FirstControl = 0x08;
    private const int MaskLength = 4;

    // A hundred a second in the long run and a thousand at once, which no client comes near that means something by them.
    private static readonly TokenRate Rate = new(100);

    private TokenBucket _frames;

    // The payload of the current frame that is still to come; its length while the head is read.
    private ulong _left;
    private byte _first;
    private byte _headRead;
    private byte _headLength;

    /// <summary>Whether a frame came without a mask, which no client may send (RFC 6455 section 5.1).</summary>
    public bool IsUnmasked { get; private set; }

    /// <summary>Follows what was read. False when there were too many such frames, or one without a mask.</summary>
    /// <param name="data">The bytes that came next.</param>
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

using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;

namespace Notify.Broker.Remoting;

/// <summary>
/// Reads and writes the frames between nodes: the length in four bytes, little-endian, then the data. Akka's own transport has the same
/// frames, so that nodes with either transport can form a cluster.
/// </summary>
internal static class Frames
{
    /// <summary>The size of the header before each frame, in bytes.</summary>
    public const int HeaderLength = sizeof(int);

    /// <summary>Removes the next complete frame from the beginning of the input. Returns false when there is none yet.</summary>
    /// <exception cref="InvalidDataException">The frame is longer than the limit.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> input, int maxLength, out ByteString frame)
    {
        frame = ByteString.Empty;
        var reader = new SequenceReader<byte>(input);
        if (!reader.TryReadLittleEndian(out int length))
        {
            return false;
        }

        if (length < 0 || length > maxLength)
        {
            throw new InvalidDataException($"A frame of {(uint)length} bytes was announced; the longest is {maxLength}.");
        }

        if (reader.Remaining < length)
        {
            return false;
        }

        var bytes = new byte[length];
        input.Slice(HeaderLength, length).CopyTo(bytes);
        frame = UnsafeByteOperations.UnsafeWrap(bytes);
        input = input.Slice(HeaderLength + length);
        return true;
    }

    /// <summary>Writes a frame.</summary>
    public static void Write(IBufferWriter<byte> output, ByteString frame)
    {
        BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(HeaderLength), frame.Length);
        output.Advance(HeaderLength);
        output.Write(frame.Span);
    }
}

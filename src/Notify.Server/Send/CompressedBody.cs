namespace Notify.Server.Send;

/// <summary>
/// The compressed bytes of a body, at most so many: a body of empty blocks would otherwise be inflated for as long as it is sent, because
/// nothing comes of it that a limit could count.
/// </summary>
/// <param name="body">The body.</param>
/// <param name="limit">How many bytes it may have once it is inflated.</param>
internal sealed class CompressedBody(Stream body, int limit) : Stream
{
    // What cannot be compressed becomes longer by an eighth in the worst code of deflate, and has a head and a tail.
    private long _left = limit + ((long)limit / 8) + 1024;

    /// <summary>Whether the body has more bytes than it may; the read that finds them throws.</summary>
    public bool IsTooLong { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc />
    /// <exception cref="InvalidDataException">There are more bytes than there may be.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await body.ReadAsync(buffer, cancellationToken);
        _left -= read;
        if (_left < 0)
        {
            IsTooLong = true;
            throw new InvalidDataException("The compressed body is longer than any body of the greatest length.");
        }

        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}

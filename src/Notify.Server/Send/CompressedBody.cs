namespace Notify.Server.Send;

/// <summary>
/// Limits the compressed bytes of a body. A body of empty blocks would otherwise be inflated as long as it is sent, because it yields no
/// output that could be limited.
/// </summary>
/// <param name="body">The body.</param>
/// <param name="limit">The maximum size of the inflated body, in bytes.</param>
internal sealed class CompressedBody(Stream body, int limit) : Stream
{
    // In the worst case deflate makes incompressible data an eighth longer, and adds a header and a trailer.
    private long _left = limit + ((long)limit / 8) + 1024;

    /// <summary>Gets whether the body is too long. The read that detects it throws.</summary>
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
    /// <exception cref="InvalidDataException">The compressed body is too long.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await body.ReadAsync(buffer, cancellationToken);
        _left -= read;
        if (_left < 0)
        {
            IsTooLong = true;
            throw new InvalidDataException("The compressed body is too long.");
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

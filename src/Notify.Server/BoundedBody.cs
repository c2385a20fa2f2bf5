using System.Buffers;

namespace Notify.Server;

/// <summary>A request body in a pooled buffer, never more than the limit allows. Return it by disposing; the bytes are gone then.</summary>
internal sealed class BoundedBody : IDisposable
{
    private const int FirstBuffer = 4096;

    private byte[]? _buffer;

    private BoundedBody(byte[] buffer, int length)
    {
        _buffer = buffer;
        Bytes = buffer.AsMemory(0, length);
    }

    /// <summary>The body.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Reads the body of a request. Null when it is longer than <paramref name="limit"/> bytes.</summary>
    public static Task<BoundedBody?> ReadAsync(HttpRequest request, int limit)
    {
        if (request.ContentLength > limit)
        {
            return Task.FromResult<BoundedBody?>(null);
        }

        return ReadAsync(request.Body, limit, (int)(request.ContentLength ?? FirstBuffer), request.HttpContext.RequestAborted);
    }

    /// <summary>Reads a stream. Null when it is longer than <paramref name="limit"/> bytes.</summary>
    public static async Task<BoundedBody?> ReadAsync(Stream stream, int limit, int expected, CancellationToken cancellationToken)
    {
        // One byte more than expected, so that the end is seen without growing.
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Min(expected, limit) + 1);
        var length = 0;
        try
        {
            while (true)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
                if (read == 0)
                {
                    return new BoundedBody(buffer, length);
                }

                length += read;
                if (length > limit)
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                    return null;
                }

                if (length == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                    buffer.CopyTo(larger, 0);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    public void Dispose()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

using Notify.Server.Limits;

namespace Notify.Server;

/// <summary>
/// Reads request bodies, never more of one than a limit allows. The buffer grows with what has come, not with what was announced, and is
/// charged to the account of the node.
/// </summary>
internal static class BoundedBody
{
    private const int FirstBuffer = 4096;

    /// <summary>Reads the body of a request: 200 and the body, which is to be disposed of; 413 when it is longer than <paramref name="limit"/> bytes; 503 when the node receives too much.</summary>
    public static Task<(int Status, ReceivedBuffer? Body)> ReadAsync(HttpRequest request, int limit, ReceiveAccount account) =>
        request.ContentLength > limit
            ? Task.FromResult<(int, ReceivedBuffer?)>((StatusCodes.Status413PayloadTooLarge, null))
            : ReadAsync(request.Body, limit, account, request.HttpContext.RequestAborted);

    /// <summary>Reads a stream, with the same outcomes.</summary>
    public static async Task<(int Status, ReceivedBuffer? Body)> ReadAsync(Stream stream, int limit, ReceiveAccount account, CancellationToken cancellationToken)
    {
        var buffer = new ReceivedBuffer(account);
        var status = StatusCodes.Status503ServiceUnavailable;
        try
        {
            while (buffer.TryReserve(FirstBuffer))
            {
                var read = await stream.ReadAsync(buffer.Free, cancellationToken);
                if (read == 0)
                {
                    status = StatusCodes.Status200OK;
                    return (status, buffer);
                }

                buffer.Advance(read);
                if (buffer.Length > limit)
                {
                    status = StatusCodes.Status413PayloadTooLarge;
                    break;
                }
            }

            return (status, null);
        }
        finally
        {
            if (status != StatusCodes.Status200OK)
            {
                buffer.Dispose();
            }
        }
    }
}

using Notify.Server.Limits;

namespace Notify.Server;

/// <summary>
/// Reads request bodies up to a limit. The buffer grows with the received data, not with the announced length, and is charged to the node's
/// account.
/// </summary>
internal static class BoundedBody
{
    private const int FirstBuffer = 4096;

    /// <summary>
    /// Reads the body of a request: 200 and the body, which the caller must dispose; 413 when it is longer than <paramref name="limit"/>
    /// bytes; 503 when the node is receiving too much data.
    /// </summary>
    public static ValueTask<(int Status, ReceivedBuffer? Body)> ReadAsync(HttpRequest request, int limit, ReceiveAccount account) =>
        request.ContentLength > limit
            ? ValueTask.FromResult<(int, ReceivedBuffer?)>((StatusCodes.Status413PayloadTooLarge, null))
            : ReadAsync(request.Body, limit, account, request.HttpContext.RequestAborted);

    /// <summary>Reads a stream, with the same results.</summary>
    public static async ValueTask<(int Status, ReceivedBuffer? Body)> ReadAsync(
        Stream stream, int limit, ReceiveAccount account, CancellationToken cancellationToken)
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

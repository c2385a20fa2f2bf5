using System.IO.Compression;
using Notify.Server.Limits;

namespace Notify.Server.Send;

/// <summary>Holds the decompressed body of a request, or the status of its refusal.</summary>
/// <param name="Status">200, 400 for an unreadable or corrupt body, 413 for one that is too long, 415 for an unknown coding, 503 when the
/// node is receiving too much data.</param>
/// <param name="Body">The body, which the caller must dispose; null when the status is not 200.</param>
internal readonly record struct RequestBody(int Status, ReceivedBuffer? Body)
{
    /// <summary>Reads the body of a request, at most <paramref name="limit"/> bytes before and after inflating.</summary>
    public static async ValueTask<RequestBody> ReadAsync(HttpRequest request, int limit, ReceiveAccount account)
    {
        var coding = request.Headers.ContentEncoding.ToString().Trim();
        try
        {
            return coding.Length == 0 || coding.Equals("identity", StringComparison.OrdinalIgnoreCase)
                ? Of(await BoundedBody.ReadAsync(request, limit, account))
                : await InflateAsync(request, coding, limit, account);
        }
        catch (IOException exception) when (BodyFault.StatusOf(request.HttpContext, exception) is { } status)
        {
            // The rest of the connection's data cannot be parsed either.
            request.HttpContext.Response.EndConnection();
            return new(status, null);
        }
    }

    private static async Task<RequestBody> InflateAsync(HttpRequest request, string coding, int limit, ReceiveAccount account)
    {
        await using var compressed = new CompressedBody(request.Body, limit);
        await using Stream? inflated = coding.ToUpperInvariant() switch
        {
            "GZIP" => new GZipStream(compressed, CompressionMode.Decompress),
            "DEFLATE" => new ZLibStream(compressed, CompressionMode.Decompress),
            _ => null,
        };
        if (inflated is null)
        {
            return new(StatusCodes.Status415UnsupportedMediaType, null);
        }

        try
        {
            return Of(await BoundedBody.ReadAsync(inflated, limit, account, request.HttpContext.RequestAborted));
        }
        catch (InvalidDataException)
        {
            return new(compressed.IsTooLong ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status400BadRequest, null);
        }
    }

    private static RequestBody Of((int Status, ReceivedBuffer? Body) read) => new(read.Status, read.Body);
}

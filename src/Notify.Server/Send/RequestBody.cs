using System.IO.Compression;
using Notify.Server.Limits;

namespace Notify.Server.Send;

/// <summary>A request's body as it was before it was compressed, or why it cannot be read.</summary>
/// <param name="Status">
/// 200, 400 for what cannot be read or inflated, 413 for what is longer than it may be, 415 for a coding that is not known, 503 when the
/// node receives too much.
/// </param>
/// <param name="Body">The body, to be disposed of; null when the status is not 200.</param>
internal readonly record struct RequestBody(int Status, ReceivedBuffer? Body)
{
    /// <summary>Reads the body of a request, at most <paramref name="limit"/> bytes of it, before and after inflating.</summary>
    public static async Task<RequestBody> ReadAsync(HttpRequest request, int limit, ReceiveAccount account)
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
            // Nothing that follows in the connection can be read either.
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

using System.IO.Compression;
using Notify.Server.Limits;

namespace Notify.Server.Send;

/// <summary>A request's body as it was before it was compressed, or why it cannot be read.</summary>
/// <param name="Status">200, 400 for what cannot be inflated, 413 for what is longer than it may be, 415 for a coding that is not known, 503 when the node receives too much.</param>
/// <param name="Body">The body, to be disposed of; null when the status is not 200.</param>
internal readonly record struct RequestBody(int Status, ReceivedBuffer? Body)
{
    /// <summary>Reads the body of a request, at most <paramref name="limit"/> bytes of it, also after inflating.</summary>
    public static async Task<RequestBody> ReadAsync(HttpRequest request, int limit, ReceiveAccount account)
    {
        var coding = request.Headers.ContentEncoding.ToString().Trim();
        if (coding.Length == 0 || coding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            return Of(await BoundedBody.ReadAsync(request, limit, account));
        }

        await using Stream? inflated = coding.ToUpperInvariant() switch
        {
            "GZIP" => new GZipStream(request.Body, CompressionMode.Decompress),
            "DEFLATE" => new ZLibStream(request.Body, CompressionMode.Decompress),
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
            return new(StatusCodes.Status400BadRequest, null);
        }
    }

    private static RequestBody Of((int Status, ReceivedBuffer? Body) read) => new(read.Status, read.Body);
}

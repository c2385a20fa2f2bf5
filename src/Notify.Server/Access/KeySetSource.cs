using System.Net;
using Notify.Server.Options;

namespace Notify.Server.Access;

/// <summary>Fetches the bytes of a key set from a URL or a file. The place is only ever the configured one.</summary>
internal sealed class KeySetSource : IDisposable
{
    /// <summary>The size of the largest key set, in bytes.</summary>
    public const int MaxBytes = 256 * 1024;

    private const string TooLarge = "it has more than 256 kB";

    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    private readonly HttpClient? _client;

    /// <summary>Prepares fetching.</summary>
    /// <param name="place">A URL, or the path of a file.</param>
    public KeySetSource(string place)
    {
        Place = place;
        _client = IsUrl(place) ? CreateClient() : null;
    }

    /// <summary>Gets the URL or the path.</summary>
    public string Place { get; }

    /// <summary>Returns whether a place is a URL.</summary>
    public static bool IsUrl(string place) => place.Contains("://", StringComparison.Ordinal);

    /// <summary>Reads a file, and returns why it cannot be used; null when it can.</summary>
    public static string? CheckFile(string path)
    {
        try
        {
            return new FileInfo(path).Length > MaxBytes ? TooLarge : KeySetParser.Parse(File.ReadAllBytes(path)).Error;
        }
        catch (Exception exception) when (FileReadError.Is(exception))
        {
            return FileReadError.Reason(exception);
        }
    }

    /// <summary>Fetches the key set.</summary>
    /// <exception cref="KeySetException">It cannot be fetched, or is too large.</exception>
    /// <exception cref="OperationCanceledException">It was canceled.</exception>
    public async Task<byte[]> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            if (_client is null)
            {
                await using var file = new FileStream(Place, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                return await ReadAsync(file, cancellation);
            }

            using var response = await _client.GetAsync(new Uri(Place), HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                var status = (int)response.StatusCode;
                throw new KeySetException(status is >= 300 and < 400
                    ? FormattableString.Invariant($"the answer was the redirection {status}; set NOTIFY_TOKEN_JWKS to its target")
                    : FormattableString.Invariant($"the answer was the status {status}"));
            }

            await using var body = await response.Content.ReadAsStreamAsync(cancellation);
            return await ReadAsync(body, cancellation);
        }
        catch (Exception exception) when (exception is HttpRequestException || FileReadError.Is(exception))
        {
            throw new KeySetException(FileReadError.Reason(exception), exception);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _client?.Dispose();

    private static async Task<byte[]> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        var buffer = new byte[MaxBytes + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        return length <= MaxBytes ? buffer[..length] : throw new KeySetException(TooLarge);
    }

    private static HttpClient CreateClient() => new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,

            // The keys decide who clients are. No variable of the environment says from whom they come.
            UseProxy = false,
            PooledConnectionLifetime = ConnectionLifetime,
        },
        disposeHandler: true)
    {
        // The caller bounds the time.
        Timeout = Timeout.InfiniteTimeSpan,
    };
}

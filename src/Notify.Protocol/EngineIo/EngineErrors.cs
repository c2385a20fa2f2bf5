using System.Globalization;
using System.Text;

namespace Notify.Protocol.EngineIo;

/// <summary>Provides the responses to refused requests.</summary>
public static class EngineErrors
{
    private static readonly string[] Messages =
    [
        "Transport unknown",
        "Session ID unknown",
        "Bad handshake method",
        "Bad request",
        "Forbidden",
        "Unsupported protocol version",
        "Too many connections",
    ];

    private static readonly byte[][] Bodies = [.. Messages.Select(MakeBody)];

    /// <summary>
    /// The response text with status 429 to an address that opens connections too fast. Its number is that of
    /// <see cref="EngineErrorCode.TooManyConnections"/>.
    /// </summary>
    public const string TooManyRequests = "Too many requests";

    /// <summary>Gets the text for <paramref name="code"/>, which is also the body that refuses a WebSocket.</summary>
    public static string Message(this EngineErrorCode code) => Messages[(int)code];

    /// <summary>Gets the body that refuses a polling request: <c>{"code":N,"message":"…"}</c> in UTF-8.</summary>
    public static ReadOnlyMemory<byte> Json(this EngineErrorCode code) => Bodies[(int)code];

    /// <summary>Gets the body that refuses a polling request with 429.</summary>
    public static ReadOnlyMemory<byte> TooManyRequestsJson { get; } = MakeBody(TooManyRequests, (int)EngineErrorCode.TooManyConnections);

    /// <summary>
    /// Returns the HTTP status: 403 for <see cref="EngineErrorCode.Forbidden"/>, 503 for <see cref="EngineErrorCode.TooManyConnections"/>,
    /// otherwise 400.
    /// </summary>
    public static int Status(this EngineErrorCode code) => code switch
    {
        EngineErrorCode.Forbidden => 403,
        EngineErrorCode.TooManyConnections => 503,
        _ => 400,
    };

    private static byte[] MakeBody(string message, int code) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"code":{{code}},"message":"{{message}}"}"""));
}

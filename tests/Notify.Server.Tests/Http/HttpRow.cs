namespace Notify.Server.Tests.Http;

/// <summary>
/// Represents an attack on a connection and its expected result: the status of each response, whether the connection is kept or closed, and
/// how many notifications were published.
/// </summary>
/// <param name="Name">The attack.</param>
/// <param name="Expected">For example <c>400 closed</c> or <c>404 200 kept</c>.</param>
/// <param name="Bytes">The bytes, each as the character of its number. <see cref="Channel"/> and <see cref="Smuggled"/> stand for channels
/// of the row.</param>
internal sealed record HttpRow(string Name, string Expected, string Bytes)
{
    /// <summary>The channel of the row.</summary>
    public const string Channel = "CHANNEL-";

    /// <summary>The channel of a request that is hidden in the body of another one.</summary>
    public const string Smuggled = "SMUGGLED";

    /// <summary>The body of a publish, of 39 bytes.</summary>
    public const string Body = """{"channel":"CHANNEL-","notification":1}""";

    /// <summary>The body of a publish in one chunk.</summary>
    public const string Chunks = $"27\r\n{Body}\r\n0\r\n\r\n";

    /// <summary>The headers of a publish besides its length.</summary>
    public const string Headers = "Host: notify.test\r\nnotification_secret: S1\r\nContent-Type: application/json\r\n";

    /// <summary>The rest of a valid publish after the request line.</summary>
    public const string Rest = $"{Headers}Content-Length: 39\r\n\r\n{Body}";

    /// <summary>A complete request that must never be handled as one.</summary>
    public const string Hidden =
        $"POST /send HTTP/1.1\r\n{Headers}Content-Length: 39\r\n\r\n" + """{"channel":"SMUGGLED","notification":2}""";

    /// <summary>Gets the number of notifications that it publishes.</summary>
    public int Sent { get; init; }

    /// <summary>Creates a publish whose body is described by <paramref name="framing"/>, complete lines.</summary>
    public static HttpRow Send(string name, string expected, string framing, string body) =>
        new(name, expected, $"POST /send HTTP/1.1\r\n{Headers}{framing}\r\n{body}");

    /// <summary>Creates a publish with a valid length and another line <paramref name="header"/>.</summary>
    public static HttpRow With(string name, string expected, string header) =>
        Send(name, expected, $"Content-Length: 39\r\n{header}", Body);

    /// <summary>Creates a request line followed by a valid publish.</summary>
    public static HttpRow Line(string name, string expected, string line) => new(name, expected, $"{line}\r\n{Rest}");

    /// <summary>Creates a publish to another target.</summary>
    public static HttpRow To(string target, string expected) => Line($"POST {target}", expected, $"POST {target} HTTP/1.1");

    /// <summary>Returns the same row, which publishes a notification.</summary>
    public HttpRow Sends() => this with { Sent = 1 };
}

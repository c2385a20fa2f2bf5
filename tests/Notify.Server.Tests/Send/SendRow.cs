using System.Text;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Send;

/// <summary>
/// Represents one request with the original server's response and deliveries. <see cref="Original"/> describes the original server where
/// Notify differs.
/// </summary>
internal sealed record SendRow(string Name)
{
    public const string FormType = "application/x-www-form-urlencoded";
    public const string JsonType = "application/json";

    private const string JsonAnswer = "application/json; charset=utf-8";
    private const string HtmlAnswer = "text/html";

    public string Method { get; init; } = "POST";

    public string Path { get; init; } = "/send";

    /// <summary>Gets the headers with the secret; null for the correct one.</summary>
    public IReadOnlyList<string>? Secret { get; init; }

    public IReadOnlyList<string> Headers { get; init; } = [];

    public byte[]? Body { get; init; }

    public bool IsChunked { get; init; }

    public int Status { get; init; } = 200;

    public string ContentType { get; init; } = JsonAnswer;

    public string Answer { get; init; } = "\"ok\"";

    /// <summary>
    /// Gets the deliveries, as <c>&lt;channel&gt;JSON</c> in the order of <see cref="Listeners.Channels"/>, separated by spaces.
    /// </summary>
    public string Delivered { get; init; } = "";

    /// <summary>Gets the original server's behavior where a client could see a difference.</summary>
    public string? Original { get; init; }

    public RawRequest Request =>
        new(Method, Path, [.. Secret ?? ["notification_secret: S1"], .. Headers]) { Body = Body, IsChunked = IsChunked };

    public static SendRow Form(string name, string body, string delivered = "", string contentType = FormType) =>
        Of(name, contentType, Encoding.UTF8.GetBytes(body), delivered);

    public static SendRow Json(string name, string body, string delivered = "", string contentType = JsonType) =>
        Of(name, contentType, Encoding.UTF8.GetBytes(body), delivered);

    public static SendRow Of(string name, string contentType, byte[] body, string delivered = "") =>
        new(name) { Headers = ["Content-Type: " + contentType], Body = body, Delivered = delivered };

    public SendRow Unauthorized() => this with { Status = 401, Answer = "\"invalid notification secret\"", Delivered = "" };

    public SendRow Missing() => this with { Status = 406, Answer = "\"Missing parameters\"", Delivered = "" };

    public SendRow BadRequest() => Html(400, "Bad Request");

    public SendRow TooLarge() => Html(413, "Payload Too Large");

    public SendRow Unsupported() => Html(415, "Unsupported Media Type");

    public SendRow NotFound(string answer) => Html(404, answer);

    private SendRow Html(int status, string answer) =>
        this with { Status = status, ContentType = HtmlAnswer, Answer = answer, Delivered = "" };
}

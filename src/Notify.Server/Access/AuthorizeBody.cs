using System.Text.Json;

namespace Notify.Server.Access;

/// <summary>Writes the body of a question, and reads the body of a permission.</summary>
internal static class AuthorizeBody
{
    /// <summary>The largest body of a permission, in bytes.</summary>
    public const int MaxBytes = 64 * 1024;

    private const double MaxSeconds = 86_400;

    // A second ttl could contradict the first.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Writes a question as JSON.</summary>
    public static byte[] Write(AuthorizeQuestion question)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "join"u8);
            writer.WriteString("channel"u8, question.Channel);
            writer.WriteString("user"u8, question.User);
            writer.WriteString("session"u8, question.Session);
            writer.WriteString("connection"u8, question.Connection);
            writer.WriteString("transport"u8, question.Transport);
            writer.WriteString("address"u8, question.Address);
            writer.WriteString("origin"u8, question.Origin);
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <summary>
    /// Reads the body of a permission: nothing, or a JSON object, whose <c>ttl</c> says for how many seconds it holds. Anything else is
    /// no permission, because a page that asks to sign in has the status 200 as well.
    /// </summary>
    public static AuthorizeResult Read(ReadOnlyMemory<byte> body)
    {
        // A script may end with an empty line.
        if (body.Span.Trim(" \t\r\n"u8).IsEmpty)
        {
            return new(AuthorizeAnswer.Allowed);
        }

        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            return document.RootElement.ValueKind != JsonValueKind.Object ? Unreadable("the body is not a JSON object")
                : !document.RootElement.TryGetProperty("ttl"u8, out var ttl) ? new(AuthorizeAnswer.Allowed)
                : ttl.ValueKind == JsonValueKind.Number && ttl.TryGetDouble(out var seconds) && seconds is >= 0 and <= MaxSeconds
                    ? new(AuthorizeAnswer.Allowed, TimeSpan.FromSeconds(seconds))
                    : Unreadable("the ttl in the body is not a number from 0 to 86400");
        }
        catch (JsonException)
        {
            return Unreadable("the body is not JSON; answer 200 with a JSON object or without a body");
        }
    }

    private static AuthorizeResult Unreadable(string reason) => AuthorizeResult.Unavailable(AuthorizeFailure.Body, reason);
}

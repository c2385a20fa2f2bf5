using System.Text.Encodings.Web;
using System.Text.Json;

namespace Notify.Server;

/// <summary>Writes responses for people.</summary>
internal static class HttpResponseExtensions
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a sentence as a JSON string, like <c>/send</c>. The response to <c>HEAD</c> has only its headers.</summary>
    public static Task SentenceAsync(HttpContext context, int status, string sentence) =>
        WriteAsync(context, status, JsonSerializer.SerializeToUtf8Bytes(sentence, Readable));

    /// <summary>Writes a code for programs and a sentence for people as a JSON object.</summary>
    public static Task CodeAsync(HttpContext context, int status, string code, string message) =>
        WriteAsync(context, status, JsonSerializer.SerializeToUtf8Bytes(new { code, message }, Readable));

    private static Task WriteAsync(HttpContext context, int status, byte[] body)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(body).AsTask();
    }

    /// <summary>
    /// Ends the connection after this response if it carries one request at a time, because the rest of its data cannot be parsed.
    /// </summary>
    public static void EndConnection(this HttpResponse response)
    {
        // In HTTP/2 the header is not allowed (RFC 9113 section 8.2.2), and other requests share the connection.
        if (!HttpProtocol.IsHttp2(response.HttpContext.Request.Protocol))
        {
            response.Headers.Connection = "close";
        }
    }
}

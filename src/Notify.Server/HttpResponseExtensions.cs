using System.Text.Encodings.Web;
using System.Text.Json;

namespace Notify.Server;

/// <summary>Answers that people read.</summary>
internal static class HttpResponseExtensions
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Answers with a sentence as a JSON string, the form that <c>/send</c> uses; to <c>HEAD</c> with its headers only.</summary>
    public static Task SentenceAsync(HttpContext context, int status, string sentence)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(sentence, Readable);
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(body).AsTask();
    }

    /// <summary>Ends the connection after this response, where it carries one request at a time: nothing that follows can be read.</summary>
    public static void EndConnection(this HttpResponse response)
    {
        // In HTTP/2 the header is not allowed (RFC 9113 section 8.2.2), and other requests share the connection.
        if (!HttpProtocol.IsHttp2(response.HttpContext.Request.Protocol))
        {
            response.Headers.Connection = "close";
        }
    }
}

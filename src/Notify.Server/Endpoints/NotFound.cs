using System.Text;
using System.Text.Encodings.Web;

namespace Notify.Server.Endpoints;

/// <summary>Answers a path that has no endpoint, with the same body as socket.io-notify.</summary>
internal static class NotFound
{
    public static Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var body = Encoding.UTF8.GetBytes($"Cannot {request.Method} {HtmlEncoder.Default.Encode(request.Path + request.QueryString)}\n");
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        context.Response.ContentType = "text/html";
        context.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(body).AsTask();
    }
}

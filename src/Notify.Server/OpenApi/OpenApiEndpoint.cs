using Microsoft.AspNetCore.Http.HttpResults;
using Notify.Server.Endpoints;

namespace Notify.Server.OpenApi;

/// <summary>Serves the description of the API, OpenAPI 3.1, at <c>/openapi/v1.json</c>. It is a part of the program.</summary>
internal static class OpenApiEndpoint
{
    private const string Resource = "openapi.json";

    /// <summary>Maps the endpoint.</summary>
    public static void MapOpenApi(this IEndpointRouteBuilder endpoints)
    {
        var bytes = Read();
        var file = TypedResults.Bytes(bytes, "application/json; charset=utf-8", entityTag: StaticContent.TagOf(bytes));
        endpoints.MapFile("/openapi/v1.json", context => AnswerAsync(context, file));
    }

    /// <summary>Returns the document, in UTF-8.</summary>
    public static byte[] Read()
    {
        using var stream = typeof(OpenApiEndpoint).Assembly.GetManifestResourceStream(Resource)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static Task AnswerAsync(HttpContext context, FileContentHttpResult file)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            return Endpoints.NotFound.AnswerAsync(context);
        }

        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return file.ExecuteAsync(context);
    }
}

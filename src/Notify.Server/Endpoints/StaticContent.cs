using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Notify.Server.Endpoints;

/// <summary>Answers static files: with an entity tag, to conditional requests as RFC 9110 section 13 says, and compressed.</summary>
internal static class StaticContent
{
    private static readonly Marker Mark = new();

    /// <summary>Makes the entity tag of some bytes. It is weak, because they are sent compressed and as they are.</summary>
    public static EntityTagHeaderValue TagOf(ReadOnlySpan<byte> bytes) =>
        new($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..20]}\"", isWeak: true);

    /// <summary>Adds compression. Only files are compressed, never an answer with a secret in it, so TLS does not matter.</summary>
    public static void AddStaticContent(this IServiceCollection services) =>
        services.AddResponseCompression(static compression => compression.EnableForHttps = true);

    /// <summary>Compresses the answers of endpoints that are marked as files. Comes after routing.</summary>
    public static void UseStaticContent(this IApplicationBuilder app) => app.UseWhen(
        static context => context.GetEndpoint()?.Metadata.GetMetadata<Marker>() is not null,
        static files => files.UseResponseCompression());

    /// <summary>Maps a file, to be answered by <paramref name="answer"/>.</summary>
    public static void MapFile(this IEndpointRouteBuilder endpoints, string path, RequestDelegate answer)
    {
        var endpoint = endpoints.Map(path, context =>
        {
            if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
            {
                // A cache has to know it from every answer, 304 too, and compression names it only where it looked.
                context.Response.Headers.Vary = HeaderNames.AcceptEncoding;
            }

            return answer(context);
        });
        endpoint.WithMetadata(Mark);
        CaseSensitivePath.Require(endpoint);
    }

    private sealed class Marker;
}

using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Notify.Server.Endpoints;

/// <summary>Serves static files with entity tags, conditional requests (RFC 9110 section 13) and compression.</summary>
internal static class StaticContent
{
    private static readonly Marker Mark = new();

    /// <summary>Computes an entity tag. It is weak, because the same bytes are sent both compressed and uncompressed.</summary>
    public static EntityTagHeaderValue TagOf(ReadOnlySpan<byte> bytes) =>
        new($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..20]}\"", isWeak: true);

    /// <summary>Adds compression. It is safe with TLS, because only files are compressed and no response with a secret.</summary>
    public static void AddStaticContent(this IServiceCollection services) =>
        services.AddResponseCompression(static compression => compression.EnableForHttps = true);

    /// <summary>Compresses the responses of endpoints that are marked as files. Must come after routing.</summary>
    public static void UseStaticContent(this IApplicationBuilder app) => app.UseWhen(
        static context => context.GetEndpoint()?.Metadata.GetMetadata<Marker>() is not null,
        static files => files.UseResponseCompression());

    /// <summary>Maps a file, which <paramref name="answer"/> serves.</summary>
    public static IEndpointConventionBuilder MapFile(this IEndpointRouteBuilder endpoints, string path, RequestDelegate answer)
    {
        var endpoint = endpoints.Map(path, context =>
        {
            if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
            {
                // Caches need the header in every response, also in a 304. The compression adds it only to responses that it examined.
                context.Response.Headers.Vary = HeaderNames.AcceptEncoding;
            }

            return answer(context);
        });
        endpoint.WithMetadata(Mark);
        CaseSensitivePath.Require(endpoint);
        return endpoint;
    }

    private sealed class Marker;
}

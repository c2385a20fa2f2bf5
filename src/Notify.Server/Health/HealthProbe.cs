using Notify.Server.Options;

namespace Notify.Server.Health;

/// <summary>
/// <c>Notify.Server --health</c>: asks the server that runs with the same settings on this host whether it lives, for a container's health
/// check: its image has no other client.
/// </summary>
internal static class HealthProbe
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    /// <summary>0 when the server answered, 1 when it did not.</summary>
    public static async Task<int> RunAsync(ListenOptions listen)
    {
        var host = listen.Host is null or "0.0.0.0" or "::" ? "localhost" : listen.Host;
        var scheme = listen.IsTls ? Uri.UriSchemeHttps : Uri.UriSchemeHttp;
        var address = new UriBuilder(scheme, host, listen.Port, HealthEndpoints.LivePath).Uri;

#pragma warning disable MA0039 // It asks itself, by whatever name: the certificate is for others.
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator
        };
#pragma warning restore MA0039
        using var client = new HttpClient(handler) { Timeout = Timeout };
        try
        {
            using var response = await client.GetAsync(address);
            return response.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync($"{address}: {exception.Message}");
            return 1;
        }
    }
}

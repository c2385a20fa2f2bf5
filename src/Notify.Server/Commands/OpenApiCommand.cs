using System.CommandLine;
using Notify.Server.OpenApi;

namespace Notify.Server.Commands;

/// <summary>Implements <c>openapi</c>.</summary>
internal static class OpenApiCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create() => new Command("openapi", "Prints the description of the API, OpenAPI 3.1.").Does(
        static async (_, cancellation) =>
        {
            await using var output = Console.OpenStandardOutput();
            await output.WriteAsync(OpenApiEndpoint.Read(), cancellation);
            return ExitCodes.Done;
        });
}

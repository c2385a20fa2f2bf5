using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Notify.Server.Endpoints;

namespace Notify.Server.Tests;

/// <summary>Tests which scripts are served below <c>/client/</c>.</summary>
public sealed class InboxScriptsTests
{
    [Fact]
    public async Task Every_script_in_the_folder_is_served_and_nothing_else()
    {
        var folder = Directory.CreateTempSubdirectory("notify-scripts-");
        try
        {
            Directory.CreateDirectory(Path.Combine(folder.FullName, "locale"));
            foreach (var name in new[] { "bell.js", "locale/de.js", "readme.txt" })
            {
                await File.WriteAllTextAsync(Path.Combine(folder.FullName, name), name);
            }

            Assert.Equal(["/client/bell.js", "/client/locale/de.js"], PathsOf(folder.FullName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_build_without_npm_serves_nothing() => Assert.Empty(PathsOf(Path.Combine(AppContext.BaseDirectory, "no-scripts")));

    private static IEnumerable<string?> PathsOf(string folder)
    {
        var app = WebApplication.CreateSlimBuilder().Build();
        app.MapInboxScripts(folder);
        return ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Select(endpoint => endpoint.RoutePattern.RawText)
            .Order(StringComparer.Ordinal);
    }
}

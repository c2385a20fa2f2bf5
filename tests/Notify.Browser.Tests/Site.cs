using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Notify.Browser.Tests;

/// <summary>Serves the web site of a user's page, with another origin than the broker's.</summary>
internal sealed class Site : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, string> _scripts = new();
    private string _page = "";

    private Site(WebApplication app)
    {
        _app = app;
    }

    public string Url => _app.Urls.Single();

    /// <summary>Gets or sets the content security policy of the page.</summary>
    public string? Policy { get; set; }

    public static async Task<Site> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var site = new Site(app);
        app.MapGet("/", (HttpResponse response) =>
        {
            response.Headers.ContentSecurityPolicy = site.Policy;
            return Results.Content(site._page, "text/html; charset=utf-8");
        });
        app.MapGet("/scripts/{name}", (string name) => Results.Content(site._scripts[name], "application/javascript; charset=utf-8"));
        app.MapGet("/favicon.ico", () => Results.NoContent());
        app.MapGet("/bundles/{name}", (string name) => Results.File(Bundle(name), "application/javascript"));

        // As a site that has the package of the client: its pages load while the broker is down.
        app.MapGet("/client/{**name}", (string name) =>
            Results.File(Path.Combine(AppContext.BaseDirectory, "inbox", name), "application/javascript"));
        await app.StartAsync();
        return site;
    }

    /// <summary>Sets the head of the page. Its output goes to the list <c>notifications</c>.</summary>
    public void Publish(string head) => PublishPage($$"""
        <!doctype html>
        <title>Inbox</title>
        <ul id="notifications"></ul>
        <script>
          function show(text) {
            var item = document.createElement('li');
            item.textContent = text;
            document.getElementById('notifications').appendChild(item);
          }
        </script>
        {{head}}
        """);

    /// <summary>Sets the page, unchanged.</summary>
    public void PublishPage(string page) => _page = page;

    /// <summary>Sets the script <c>/scripts/{name}</c>.</summary>
    public void PublishScript(string name, string script) => _scripts[name] = script;

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static string Bundle(string name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "bundles", name);
        return File.Exists(path) ? path : throw new FileNotFoundException("Run `npm ci` in tests/clients and build again.", path);
    }
}

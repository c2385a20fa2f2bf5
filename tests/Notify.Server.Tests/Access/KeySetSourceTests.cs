using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Notify.Protocol.Tokens;
using Notify.Server.Access;
using Notify.Server.Tests.Support;
using Notify.Server.Tests.Tls;

namespace Notify.Server.Tests.Access;

/// <summary>Tests fetching key sets from a real server and from files.</summary>
public sealed class KeySetSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_set_is_fetched_whole()
    {
        var body = new string('k', KeySetSource.MaxBytes);
        await using var backend = await WebBackend.StartAsync(context => context.Response.WriteAsync(body));
        using var source = new KeySetSource(backend.Url + "/jwks.json");

        Assert.Equal(body, Encoding.UTF8.GetString(await source.ReadAsync(default).Soon()));
    }

    [Theory]
    [InlineData(301, "the answer was the redirection 301; set NOTIFY_TOKEN_JWKS to its target")]
    [InlineData(302, "the answer was the redirection 302; set NOTIFY_TOKEN_JWKS to its target")]
    [InlineData(404, "the answer was the status 404")]
    [InlineData(204, "the answer was the status 204")]
    [InlineData(503, "the answer was the status 503")]
    public async Task Another_status_is_a_failure_and_no_redirection_is_followed(int status, string reason)
    {
        var requests = 0;
        await using var backend = await WebBackend.StartAsync(context =>
        {
            Interlocked.Increment(ref requests);
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/elsewhere";
            return Task.CompletedTask;
        });
        using var source = new KeySetSource(backend.Url);

        Assert.Equal(reason, (await Assert.ThrowsAsync<KeySetException>(() => source.ReadAsync(default).Soon())).Message);
        Assert.Equal(1, requests);
    }

    [Fact]
    public async Task Of_an_endless_body_a_quarter_of_a_megabyte_is_read()
    {
        var ended = new TaskCompletionSource();
        await using var backend = await WebBackend.StartAsync(async context =>
        {
            var chunk = new byte[64 * 1024];
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(chunk);
            }

            // The client has gone.
            ended.SetResult();
        });
        using var source = new KeySetSource(backend.Url);

        var exception = await Assert.ThrowsAsync<KeySetException>(() => source.ReadAsync(default).Soon());
        await ended.Task.Soon();

        Assert.Equal("it has more than 256 kB", exception.Message);
    }

    [Fact]
    public async Task A_server_that_hangs_in_its_body_is_left_after_two_seconds()
    {
        var time = new FakeTimeProvider();
        var asked = new TaskCompletionSource();
        await using var backend = await WebBackend.StartAsync(async context =>
        {
            await context.Response.WriteAsync("{\"keys\":[");
            await context.Response.Body.FlushAsync();
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        using var source = new KeySetSource(backend.Url);
        using var set = new KeySet(backend.Url, source.ReadAsync, time, new LogLines<KeySet>());

        var waiting = set.FindAsync(new TokenHeader("ES256", "a"), default).AsTask();
        await asked.Task.Soon();
        await TestTimeouts.UntilAsync(() =>
        {
            time.Advance(KeySet.Limit);
            return waiting.IsCompleted;
        });

        Assert.Equal(TokenFailure.NoKeys, (await waiting).Failure);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_a_failure()
    {
        var backend = await WebBackend.StartAsync(static _ => Task.CompletedTask);
        using var source = new KeySetSource(backend.Url);
        await backend.DisposeAsync();

        Assert.NotEmpty((await Assert.ThrowsAsync<KeySetException>(() => source.ReadAsync(default).Soon())).Message);
    }

    [Fact]
    public async Task A_certificate_that_nobody_trusts_is_a_failure()
    {
        var tls = new TlsServer();
        await tls.InitializeAsync();
        using var source = new KeySetSource(tls.Server.Address.AbsoluteUri);

        var exception = await Assert.ThrowsAsync<KeySetException>(() => source.ReadAsync(default).Soon());
        await tls.DisposeAsync();

        Assert.Contains("SSL", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_are_read_as_well()
    {
        using var good = new KeySetSource(_folder.Write("keys.json", "{}"));
        using var large = new KeySetSource(_folder.Write("large.json", new string(' ', KeySetSource.MaxBytes + 1)));
        using var missing = new KeySetSource(_folder.At("missing.json"));

        Assert.Equal("{}"u8.ToArray(), await good.ReadAsync(default));
        Assert.Equal("it has more than 256 kB", (await Assert.ThrowsAsync<KeySetException>(() => large.ReadAsync(default))).Message);
        Assert.Equal("there is no such file", (await Assert.ThrowsAsync<KeySetException>(() => missing.ReadAsync(default))).Message);
    }
}

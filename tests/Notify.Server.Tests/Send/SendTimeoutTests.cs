using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Send;

/// <summary>Tests a publish whose outcome is unknown at its timeout.</summary>
public sealed class SendTimeoutTests
{
    [Fact]
    public async Task Is_answered_so_that_the_backend_tries_again()
    {
        var server = new NotifyServer(NotifyServer.Default with { Broker = new() { Channels = new() { SendTimeout = TimeSpan.Zero } } });
        await server.InitializeAsync();
        try
        {
            var response = await RawHttp.SendAsync(server, SendRow.Form("", "channel=C&notification=hi").Request);

            Assert.Equal(
                (503, "1", "application/json; charset=utf-8"),
                (response.Status, response.Headers["Retry-After"], response.ContentType));
            Assert.StartsWith("\"not known to be stored", response.Body, StringComparison.Ordinal);
        }
        finally
        {
            await server.StopAsync();
            await server.DisposeAsync();
        }
    }
}

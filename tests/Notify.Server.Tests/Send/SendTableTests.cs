using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Send;

[Collection(SharedServer.Name)]
public sealed class SendTableTests(NotifyServer server, SendTableTests.ListenersFixture fixture)
    : IClassFixture<SendTableTests.ListenersFixture>
{
    public static TheoryData<string> Names => [.. SendTable.Rows.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Requests_are_answered_and_delivered_as_by_the_original(string name)
    {
        var row = SendTable.Rows[name];
        var listeners = await fixture.StartAsync(server);

        var response = await RawHttp.SendAsync(server, row.Request);
        var delivered = await listeners.CollectAsync();

        Assert.Equal((row.Status, row.ContentType, row.Answer), (response.Status, response.ContentType, response.Body));
        Assert.Equal(row.Delivered, delivered);
        Assert.DoesNotContain(response.Headers.Keys, header => header.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Few_rows_differ_from_the_original() =>
        Assert.True(SendTable.Rows.Values.Count(row => row.Original is null) >= 140, $"{SendTable.Rows.Count} rows");

    public sealed class ListenersFixture : IAsyncLifetime
    {
        private Listeners? _listeners;

        public Task InitializeAsync() => Task.CompletedTask;

        public async Task DisposeAsync()
        {
            if (_listeners is not null)
            {
                await _listeners.DisposeAsync();
            }
        }

        internal async Task<Listeners> StartAsync(NotifyServer server) => _listeners ??= await Listeners.StartAsync(server);
    }
}

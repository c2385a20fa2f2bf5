using Microsoft.Extensions.DependencyInjection;
using Notify.Broker.History;
using Notify.Broker.Revocations;
using Notify.Server.Options;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Hosting;

/// <summary>Tests that an orchestrator sees a server that accepts no token because it cannot read the revocations.</summary>
public sealed class RevocationsHealthTests
{
    private const string Ok = """{"status":"ok","reasons":[]}""";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_is_not_ready_until_they_are_read_if_it_has_keys(bool hasKeys)
    {
        var store = new Store();
        var options = NotifyServer.Default;
        if (hasKeys)
        {
            options = options with { Token = new TokenOptions { Secret = "Zx8mQ1vR4nT7kW0pB3cY6hJ9fL2dS5gA" } };
        }

        var server = new NotifyServer(options, services: services => services.AddSingleton<IRevocationStore>(store));
        await server.InitializeAsync();
        try
        {
            var before = await HealthAsync(server, "ready");
            Assert.Equal(hasKeys ? 503 : 200, before.Status);
            Assert.StartsWith(
                hasKeys ? """{"status":"starting","reasons":[{"part":"starting","message":"The revocations""" : Ok,
                before.Body,
                StringComparison.Ordinal);
            Assert.Equal(200, (await HealthAsync(server, "live")).Status);

            store.Works = true;
            await TestTimeouts.UntilAsync(() => !hasKeys || server.Services.GetRequiredService<RevokedTokens>().IsRead);

            Assert.Equal((200, Ok), await HealthAsync(server, "ready"));
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private static async Task<(int Status, string Body)> HealthAsync(NotifyServer server, string path)
    {
        var answer = await RawHttp.GetAsync(server, "/health/" + path);
        return (answer.Status, answer.Body);
    }

    private sealed class Store : IRevocationStore
    {
        public bool Works { get; set; }

        public bool IsShared => true;

        public Task<Revocation> SaveAsync(Revocation revocation, bool isReplacement, long trimBefore) => Task.FromResult(revocation);

        public Task<IReadOnlyList<Revocation>> ReadChangedAsync(long changed, int limit) => Works
            ? Task.FromResult<IReadOnlyList<Revocation>>([])
            : Task.FromException<IReadOnlyList<Revocation>>(new HistoryStoreException("It does not work."));
    }
}

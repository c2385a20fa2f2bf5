using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Http;

/// <summary>Tests the requests that Kestrel rejects before any middleware runs.</summary>
[Collection(SharedServer.Name)]
public sealed class RejectedRequestTests(NotifyServer server)
{
    private static readonly string Long = new('x', 100_000);

    public static TheoryData<string, int, string> Rejected => new()
    {
        { "/" + Long, 414, "X: y" },
        { "/events", 431, "X: " + Long },
        { "/events", 400, "X : y" },
    };

    [Theory]
    [MemberData(nameof(Rejected))]
    public async Task They_are_counted(string path, int status, string header)
    {
        using var counts = new Counts(server.Metrics);

        Assert.Equal(status, (await RawHttp.GetAsync(server, path, header)).Status);

        Assert.Equal(1, counts["notify.limit.refusals{malformed}"]);
    }
}

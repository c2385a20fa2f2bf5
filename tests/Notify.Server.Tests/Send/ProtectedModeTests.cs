using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Notify.Broker.Trails;
using Notify.Server.Limits;
using Notify.Server.Options;
using Notify.Server.Send;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Send;

/// <summary>Tests that with the default secret only this host may publish.</summary>
public sealed class ProtectedModeTests
{
    private const string Sentence =
        "\"NOTIFICATION_SECRET is at its default, so only this host may send: "
            + "set NOTIFICATION_SECRET (or NOTIFY_INSECURE=1 to let everyone in)\"";

    // A request that is neither refused here nor by the secret has no parameters, and so never needs the publisher.
    private const string Missing = "\"Missing parameters\"";
    private const string Wrong = "\"invalid notification secret\"";

    [Theory]
    [InlineData("127.0.0.1", null, 406, Missing)]
    [InlineData("::1", null, 406, Missing)]
    [InlineData("::ffff:127.0.0.1", null, 406, Missing)]
    [InlineData("192.0.2.1", null, 403, Sentence)]
    [InlineData("::ffff:192.0.2.1", null, 403, Sentence)]
    [InlineData(null, null, 403, Sentence)]
    [InlineData("127.0.0.1", "X-Forwarded-For", 403, Sentence)]
    [InlineData("127.0.0.1", "Forwarded", 403, Sentence)]
    [InlineData("127.0.0.1", "X-Real-IP", 403, Sentence)]
    [InlineData("127.0.0.1", "x-real-ip", 403, Sentence)]
    [InlineData("127.0.0.1", "X-Forwarded-Proto", 403, Sentence)]
    [InlineData("127.0.0.1", "X-Forwarded-Host", 403, Sentence)]
    [InlineData("127.0.0.1", "Via", 403, Sentence)]
    [InlineData("127.0.0.1", "CF-Connecting-IP", 403, Sentence)]
    [InlineData("127.0.0.1", "True-Client-IP", 403, Sentence)]
    [InlineData("127.0.0.1", "Fly-Client-IP", 403, Sentence)]
    public async Task The_default_secret_is_good_on_this_host_only(string? address, string? header, int status, string answer) =>
        Assert.Equal((status, answer), await AnswerAsync(new AccessOptions(), address, header, "NOTIFICATION_SECRET"));

    [Theory]
    [InlineData("localhost", 406)]
    [InlineData("LOCALHOST:3000", 406)]
    [InlineData("127.0.0.1:3000", 406)]
    [InlineData("[::1]:3000", 406)]
    [InlineData("notify.example.com", 403)]
    [InlineData("127.0.0.1.example.com", 403)]
    [InlineData("localhost.example.com", 403)]
    [InlineData("", 403)]
    public async Task A_name_that_was_made_to_lead_to_this_host_is_not_this_host(string host, int status)
    {
        var context = Context("127.0.0.1");
        context.Request.Host = new HostString(host);
        context.Request.Headers["notification_secret"] = "NOTIFICATION_SECRET";
        await HandleAsync(new AccessOptions(), context);
        Assert.Equal(status, context.Response.StatusCode);
    }

    [Theory]
    [InlineData("http://localhost:3000", 406)]
    [InlineData("http://127.0.0.1:8080", 406)]
    [InlineData("http://[::1]:3000", 406)]
    [InlineData("https://example.com", 403)]
    [InlineData("http://localhost.example.com", 403)]
    [InlineData("null", 403)]
    public async Task A_page_of_another_host_may_not_send(string origin, int status)
    {
        var context = Context("127.0.0.1");
        context.Request.Headers.Origin = origin;
        context.Request.Headers["notification_secret"] = "NOTIFICATION_SECRET";
        await HandleAsync(new AccessOptions(), context);
        Assert.Equal(status, context.Response.StatusCode);
    }

    [Fact]
    public async Task Unless_the_operator_insists() =>
        Assert.Equal((406, Missing), await AnswerAsync(new AccessOptions { IsInsecure = true }, "192.0.2.1", null, "NOTIFICATION_SECRET"));

    [Theory]
    [InlineData("S1", 406, Missing)]
    [InlineData("NOTIFICATION_SECRET", 401, Wrong)]
    public async Task A_secret_of_ones_own_is_good_everywhere(string secret, int status, string answer) =>
        Assert.Equal((status, answer), await AnswerAsync(new AccessOptions { Secret = "S1" }, "192.0.2.1", "X-Forwarded-For", secret));

    [Theory]
    [InlineData("notification_secret", "S1", 406)]
    [InlineData("notification-secret", "S1", 406)]
    [InlineData("x-notification-secret", "S1", 406)]
    [InlineData("Authorization", "Bearer S1", 406)]
    [InlineData("Authorization", "bearer S1", 406)]
    [InlineData("Authorization", "S1", 401)]
    [InlineData("Authorization", "Basic S1", 401)]
    [InlineData("x-secret", "S1", 401)]
    public async Task The_secret_may_come_where_proxies_let_it_through(string header, string value, int status)
    {
        var context = Context("192.0.2.1");
        context.Request.Headers[header] = value;
        await HandleAsync(new AccessOptions { Secret = "S1" }, context);
        Assert.Equal(status, context.Response.StatusCode);
    }

    private static async Task<(int Status, string Body)> AnswerAsync(AccessOptions access, string? address, string? header, string secret)
    {
        var context = Context(address);
        context.Request.Headers["notification_secret"] = secret;
        if (header is not null)
        {
            context.Request.Headers[header] = "198.51.100.1";
        }

        await HandleAsync(access, context);
        return (context.Response.StatusCode, Encoding.UTF8.GetString(((MemoryStream)context.Response.Body).ToArray()));
    }

    private static DefaultHttpContext Context(string? address)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = "POST";
        context.Request.Path = "/send";
        context.Request.Host = new HostString("localhost", 3000);
        context.Connection.RemoteIpAddress = address is null ? null : IPAddress.Parse(address);
        context.Response.Body = new MemoryStream();
        return context;
    }

    private static async Task HandleAsync(AccessOptions access, HttpContext context)
    {
        using var limits = new ClientLimits();
        using var refusals = new RefusalLog(NullLogger<RefusalLog>.Instance, TimeProvider.System);
        var endpoint = new SendEndpoint(
            () => throw new InvalidOperationException("No publisher here."),
            limits.Backends(access),
            maxBody: 1000,
            limits.Received,
            refusals,
            limits.Metrics.Publishes,
            new Trail(0, 1, TimeProvider.System),
            NullLogger<SendEndpoint>.Instance,
            traces: null);
        await endpoint.HandleAsync(context);
    }
}

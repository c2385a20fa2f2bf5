using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Notify.Server.Options;
using Notify.Server.Send;

namespace Notify.Server.Tests.Send;

/// <summary>With the default secret only this host may send.</summary>
public sealed class ProtectedModeTests
{
    private const string Sentence =
        "\"NOTIFICATION_SECRET is at its default, so only this host may send: set NOTIFICATION_SECRET (or NOTIFY_INSECURE=1 to let everyone in)\"";

    // What is neither refused here nor by the secret has no parameters, and so never asks for the publisher.
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
    public async Task The_default_secret_is_good_on_this_host_only(string? address, string? header, int status, string answer) =>
        Assert.Equal((status, answer), await AnswerAsync(new AccessOptions(), address, header, "NOTIFICATION_SECRET"));

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
        context.Connection.RemoteIpAddress = address is null ? null : IPAddress.Parse(address);
        context.Response.Body = new MemoryStream();
        return context;
    }

    private static Task HandleAsync(AccessOptions access, HttpContext context) =>
        new SendEndpoint(() => throw new InvalidOperationException("No publisher here."), access, new SendOptions()).HandleAsync(context);
}

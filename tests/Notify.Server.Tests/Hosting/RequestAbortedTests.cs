using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Notify.Server.Tests.Hosting;

/// <summary>Tests that a lost connection is not logged as a failure, whichever sign of it comes first.</summary>
public sealed class RequestAbortedTests
{
    public static TheoryData<Exception> Cuts =>
    [
        new TaskCanceledException("The request was aborted", new ConnectionAbortedException()),
        new ConnectionAbortedException(),
        new ConnectionResetException("reset"),
    ];

    [Theory]
    [MemberData(nameof(Cuts))]
    public Task A_connection_that_is_cut_ends_the_request_before_its_token_says_so(Exception exception) =>
        RunAsync(exception, isAborted: false);

    [Fact]
    public Task A_request_whose_token_is_cancelled_ends() => RunAsync(new OperationCanceledException(), isAborted: true);

    [Fact]
    public async Task Other_failures_are_failures()
    {
        await Assert.ThrowsAsync<OperationCanceledException>(() => RunAsync(new OperationCanceledException(), isAborted: false));
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(new InvalidOperationException(), isAborted: true));
    }

    private static async Task RunAsync(Exception exception, bool isAborted)
    {
        await using var services = new ServiceCollection().BuildServiceProvider();
        var app = new ApplicationBuilder(services);
        app.UseCutRequests();
        app.Run(_ => Task.FromException(exception));
        await app.Build()(new DefaultHttpContext { RequestAborted = new CancellationToken(isAborted) });
    }
}

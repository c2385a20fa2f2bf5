using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Notify.Broker;
using Notify.Broker.Trails;
using Notify.Protocol.Tokens;
using Notify.Server.Backends;
using Notify.Server.Operators;

namespace Notify.Server.Api;

/// <summary>
/// Implements <c>/api/tail</c>: server-sent events about what is published and delivered, while it happens. The nodes are asked four times
/// a second, so that nothing is collected for an operator who has gone.
/// </summary>
/// <param name="node">The node.</param>
/// <param name="access">Limits what backends may see.</param>
/// <param name="lifetime">Ends the streams when the server stops.</param>
/// <param name="time">The clock.</param>
internal sealed class ApiTail(BrokerNode node, BackendAccess access, IHostApplicationLifetime lifetime, TimeProvider time) : IApiGroup
{
    // How often nodes that did not answer are asked again: each time, all others wait for them.
    private const int StepsBetweenAll = 12;

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);
    private static readonly OperatorJson Json = OperatorJson.Readable;

    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder api) => api.MapGet("/tail", TailAsync).RequireScope(BackendScope.Read).DisableHttpMetrics();

    private async Task<Results<EmptyHttpResult, ProblemHttpResult>> TailAsync(HttpRequest request)
    {
        var query = new ApiQuery(request.Query, "channel", "user");
        var filter = query.Name("channel");
        if (query.Name("user") is { } user)
        {
            if (filter is not null)
            {
                query.Refuse("user and channel are not given together.");
            }

            filter = ChannelPattern.UserPrefix + user;
        }

        if (query.Problem is { } problem)
        {
            return ApiProblem.Of(StatusCodes.Status400BadRequest, problem);
        }

        if (filter is not null
            && !filter.EndsWith('*')
            && ApiProblem.OfForbidden(access, request.HttpContext, [filter]) is { } forbidden)
        {
            return forbidden;
        }

        var backend = request.HttpContext.Backend();
        // The nodes leave out what the operator may not see, so that it neither takes the place of other events nor is counted.
        IReadOnlyList<string>? only = backend.Channels.IsAll ? null : [.. backend.Channels.Patterns];
        var question = new TailQuestion(Guid.NewGuid(), filter ?? "", only);
        var (first, _) = await AskAsync(question, []);
        if (first[0].Value.Events is null)
        {
            return ApiProblem.Of(
                StatusCodes.Status429TooManyRequests, $"This node has {TailSet.MaxTails} tails already; end one of them first.");
        }

        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(
            request.HttpContext.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            await StreamAsync(request.HttpContext.Response, question, backend.Channels.Contains, stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // The client has gone, or the server stops.
        }

        return TypedResults.Empty;
    }

    private Task<(IReadOnlyList<(string Node, TailReport Value)> Answers, IReadOnlyList<string> Silent)> AskAsync(
        TailQuestion question, IReadOnlyList<string> except) =>
        node.Nodes.AskAllAsync(NodeReports.Tail, question, Json.TailQuestion, Json.TailReport, except);

    private async Task StreamAsync(HttpResponse response, TailQuestion question, Func<string, bool> isAllowed, CancellationToken stopping)
    {
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        await WriteAsync(response, ": what happens from now on\n\n", stopping);
        using var timer = new PeriodicTimer(Step, time);
        var silent = "";
        IReadOnlyList<string> absent = [];

        // A request to publish is answered after the sockets were told. Held back once, the events are in the order that readers expect.
        List<TailItem> held = [];
        var wroteAt = time.GetTimestamp();
        for (var step = 0; await timer.WaitForNextTickAsync(stopping); step++)
        {
            var except = step % StepsBetweenAll == 0 ? [] : absent;
            var (answers, unheard) = await AskAsync(question, except);
            absent = [.. except.Concat(unheard).Order(StringComparer.Ordinal)];
            var text = new StringBuilder();
            var reports = answers.Select(static answer => answer.Value).ToList();
            var items = reports.SelectMany(static report => report.Events ?? []).Where(item => isAllowed(item.Channel)).ToList();
            var told = items.Where(static item => item.Secret is null).ToList();
            foreach (var item in items.Except(told).Concat(held).OrderBy(static item => item.At))
            {
                Append(text, item.Secret is null ? "told" : "published", JsonSerializer.Serialize(item, Json.TailItem));
            }

            held = told;
            if (reports.Sum(static report => report.Skipped) is > 0 and var skipped)
            {
                Append(text, "skipped", $"{{\"count\":{skipped}}}");
            }

            var missing = JsonSerializer.Serialize(absent, Json.IReadOnlyListString);
            if (missing != silent && (silent.Length > 0 || absent.Count > 0))
            {
                Append(text, "silent", $"{{\"nodes\":{missing}}}");
            }

            silent = missing;
            if (text.Length == 0 && time.GetElapsedTime(wroteAt) >= KeepAlive)
            {
                text.Append(":\n\n");
            }

            if (text.Length > 0)
            {
                await WriteAsync(response, text.ToString(), stopping);
                wroteAt = time.GetTimestamp();
            }
        }
    }

    private static void Append(StringBuilder text, string name, string json) =>
        text.Append("event: ").Append(name).Append("\ndata: ").Append(json).Append("\n\n");

    private static async Task WriteAsync(HttpResponse response, string text, CancellationToken stopping)
    {
        await response.WriteAsync(text, stopping);
        await response.Body.FlushAsync(stopping);
    }
}

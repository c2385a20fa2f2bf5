using System.Net;
using System.Text.Json;

namespace Notify.Client;

/// <summary>Represents the outcome of one request of a send.</summary>
internal sealed record SendAttempt
{
    private const int MaxShown = 300;

    /// <summary>Gets the results; null when the request failed.</summary>
    public IReadOnlyList<PublishResult>? Results { get; private init; }

    /// <summary>Gets why it failed.</summary>
    public string Reason { get; private init; } = "";

    /// <summary>Gets whether the same request may succeed later.</summary>
    public bool IsTemporary { get; private init; }

    /// <summary>Gets whether the notification may be stored although the request failed.</summary>
    public bool MayBeStored { get; private init; }

    /// <summary>Gets the pause for which the server asks; null for none.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    private HttpStatusCode? Status { get; init; }

    private string? Problem { get; init; }

    private Exception? Cause { get; init; }

    /// <summary>Reads a response.</summary>
    public static SendAttempt Of(HttpResponseMessage response, byte[] content, DateTimeOffset now)
    {
        var status = response.StatusCode;
        if (status == HttpStatusCode.OK && Read(content) is { } results)
        {
            return new SendAttempt { Results = results };
        }

        var problem = ProblemOf(response, content);
        return new SendAttempt
        {
            Status = status,
            Problem = problem,
            Reason = status == HttpStatusCode.OK
                ? "the answer is not one of Notify; check the address"
                : $"the server answered {(int)status}{(problem is null ? "" : ": " + problem)}",

            // A proxy answers the latter two for a server that it does not reach.
            IsTemporary = status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable
                or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout,
            MayBeStored = (int)status >= 500,
            RetryAfter = response.Headers.RetryAfter switch
            {
                { Delta: { } delta } => delta,
                { Date: { } date } => date > now ? date - now : TimeSpan.Zero,
                _ => null,
            },
        };
    }

    /// <summary>Represents a request that could not be made, or whose connection broke.</summary>
    public static SendAttempt Of(HttpRequestException exception) => new()
    {
        Reason = exception.Message,
        Cause = exception,
        IsTemporary = exception.HttpRequestError != HttpRequestError.SecureConnectionError,

        // Without a connection nothing was sent.
        MayBeStored = exception.HttpRequestError is not (HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError),
    };

    /// <summary>Represents a request that was not answered in time.</summary>
    public static SendAttempt Late(Exception exception) => new()
    {
        Reason = "the server did not answer in time",
        Cause = exception,
        IsTemporary = true,
        MayBeStored = true,
    };

    /// <summary>Creates the exception for a send that ends with this attempt.</summary>
    public NotifySendException ToException(bool mayBeStored, string key, int attempts)
    {
        var again = attempts == 1 ? "" : $" ({attempts} attempts)";
        var stored = mayBeStored ? "; it may be stored all the same" : "";
        return new NotifySendException($"Not sent{again}: {Reason}{stored}", Status, Problem, mayBeStored, key, Cause);
    }

    private static List<PublishResult>? Read(byte[] content)
    {
        try
        {
            var answer = JsonSerializer.Deserialize(content, NotifyJson.Default.SendAnswer);
            return answer?.Results?.Select(static each => each.ToResult()).ToList();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? ProblemOf(HttpResponseMessage response, byte[] content)
    {
        try
        {
            if (response.Content.Headers.ContentType?.MediaType == "application/problem+json"
                && JsonSerializer.Deserialize(content, NotifyJson.Default.ProblemAnswer) is { } problem)
            {
                return problem.Detail ?? problem.Title;
            }
        }
        catch (JsonException)
        {
            // Shown as the text that it is.
        }

        var text = System.Text.Encoding.UTF8.GetString(content).Trim();
        return text.Length == 0 ? null : text[..Math.Min(text.Length, MaxShown)];
    }
}

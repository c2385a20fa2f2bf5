using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Notify.Broker.Channels;
using Notify.Broker.Metrics;
using Notify.Broker.Sending;
using Notify.Server.Backends;

namespace Notify.Server.Send;

/// <summary>Represents an answer of <c>POST /send</c>.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The body.</param>
internal sealed record SendAnswer(int Status, byte[] Body)
{
    /// <summary>The notification is stored.</summary>
    public static readonly SendAnswer Accepted = new(StatusCodes.Status200OK, "\"ok\""u8.ToArray());

    /// <summary>The same request was accepted before.</summary>
    public static readonly SendAnswer Duplicate = Accepted with { Outcome = PublishOutcome.Duplicate };

    /// <summary>The methods of the endpoint.</summary>
    public static readonly SendAnswer Options =
        new(StatusCodes.Status200OK, "POST"u8.ToArray()) { ContentType = "text/html; charset=utf-8" };

    /// <summary>A parameter is missing.</summary>
    public static readonly SendAnswer Missing = new(StatusCodes.Status406NotAcceptable, "\"Missing parameters\""u8.ToArray());

    /// <summary>The secret is missing or wrong.</summary>
    public static readonly SendAnswer WrongSecret = new(StatusCodes.Status401Unauthorized, "\"invalid notification secret\""u8.ToArray());

    /// <summary>The secret is the default one, and the request is not from this host.</summary>
    public static readonly SendAnswer Protected = Of(StatusCodes.Status403Forbidden, BackendAccess.ProtectedSentence);

    /// <summary>The secret lacks the scope to publish.</summary>
    public static readonly SendAnswer NoScope = Of(StatusCodes.Status403Forbidden, "this secret has no scope send");

    /// <summary>The secret may not publish to a channel.</summary>
    public static readonly SendAnswer OtherChannel = Of(StatusCodes.Status403Forbidden, "channel not allowed");

    /// <summary>The address has sent too many wrong secrets.</summary>
    public static readonly SendAnswer Blocked =
        Of(StatusCodes.Status429TooManyRequests, BackendAccess.BlockedSentence) with { RetryAfter = BackendAccess.RetryAfter };

    /// <summary>The backend publishes too often.</summary>
    public static readonly SendAnswer TooFast =
        Of(StatusCodes.Status429TooManyRequests, BackendAccess.RateSentence) with { RetryAfter = BackendAccess.RetryAfterRate };

    /// <summary>The name of a channel is too long.</summary>
    public static readonly SendAnswer LongChannel =
        Of(StatusCodes.Status400BadRequest, $"a channel's name is at most {ChannelName.MaxBytes} bytes of UTF-8");

    /// <summary>The idempotency key is invalid.</summary>
    public static readonly SendAnswer BadKey = Of(StatusCodes.Status400BadRequest, SendKey.Rule);

    private const string Json = "application/json; charset=utf-8";

    private static readonly SendAnswer TooBusy =
        Of(StatusCodes.Status503ServiceUnavailable, "the server is receiving too much at once; send again in a moment") with
        {
            RetryAfter = "1",
            Outcome = PublishOutcome.Overload,
        };

    private static readonly SendAnswer NotStored =
        Of(
            StatusCodes.Status503ServiceUnavailable,
            "not known to be stored: send again in a moment; without an idempotency key it may arrive twice") with
        {
            RetryAfter = "1",
        };

    /// <summary>Gets the media type of the body.</summary>
    public string ContentType { get; private init; } = Json;

    /// <summary>Gets after how many seconds the backend may try again; null when that would not help.</summary>
    public string? RetryAfter { get; private init; }

    /// <summary>Gets the outcome, for the metric.</summary>
    public PublishOutcome Outcome { get; private init; } = PublishOutcome.Of(Status);

    /// <summary>Returns the answer for a request whose notification is not known to be stored.</summary>
    public static SendAnswer Of(SendFailedException failure) => NotStored with { Outcome = PublishOutcome.Of(failure) };

    /// <summary>Returns the answer for a body that cannot be read or parsed.</summary>
    public static SendAnswer OfBody(int status) => status == StatusCodes.Status503ServiceUnavailable
        ? TooBusy
        : new(status, Encoding.ASCII.GetBytes(ReasonPhrases.GetReasonPhrase(status))) { ContentType = "text/html" };

    private static SendAnswer Of(int status, string sentence) => new(status, JsonSerializer.SerializeToUtf8Bytes(sentence));
}

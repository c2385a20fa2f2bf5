namespace Notify.Protocol.Send;

/// <summary>Holds the result of parsing the body of a publish request.</summary>
public sealed class SendParse
{
    internal static readonly SendParse Missing = new(SendParseStatus.Parsed, request: null);
    internal static readonly SendParse BadRequest = new(SendParseStatus.BadRequest, request: null);
    internal static readonly SendParse PayloadTooLarge = new(SendParseStatus.PayloadTooLarge, request: null);
    internal static readonly SendParse UnsupportedMediaType = new(SendParseStatus.UnsupportedMediaType, request: null);

    private SendParse(SendParseStatus status, SendRequest? request)
    {
        Status = status;
        Request = request;
    }

    /// <summary>Gets whether the body could be parsed.</summary>
    public SendParseStatus Status { get; }

    /// <summary>
    /// Gets the request; null with <see cref="SendParseStatus.Parsed"/> when a parameter is missing (406, after the check of the secret).
    /// </summary>
    public SendRequest? Request { get; }

    internal static SendParse Of(IReadOnlyList<string> channels, ReadOnlyMemory<byte> notification) =>
        new(SendParseStatus.Parsed, new SendRequest(channels, notification));
}

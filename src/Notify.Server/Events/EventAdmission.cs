using Notify.Broker.Connections;
using Notify.Protocol;
using Notify.Protocol.Events;
using Notify.Protocol.Tokens;
using Notify.Server.Access;

namespace Notify.Server.Events;

/// <summary>Decides once which channels an event stream has, because it cannot be asked for another token.</summary>
internal sealed class EventAdmission
{
    private readonly ConnectionIdentity? _identity;

    private EventAdmission(ConnectionAccess access, ConnectionIdentity? identity)
    {
        Access = access;
        _identity = identity;
    }

    /// <summary>Gets the rights of the connection.</summary>
    public ConnectionAccess Access { get; }

    /// <summary>Gets the channels that the stream has.</summary>
    public List<string> Granted { get; } = [];

    /// <summary>Gets the events about the channels that it does not have.</summary>
    public List<WireMessage> Refusals { get; } = [];

    /// <summary>Gets the code with which the whole request is refused; null when the stream begins.</summary>
    public string? Error { get; private init; }

    /// <summary>Gets the status of the refusal.</summary>
    public int Status => Error == JoinErrors.Forbidden ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized;

    /// <summary>Gets whether the client has to come back, because its rights are not known at the moment.</summary>
    public bool IsUnavailable { get; private init; }

    /// <summary>Verifies the token, and decides about each channel.</summary>
    /// <param name="access">The rights of the connection.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="isTokenRequired">Whether a stream without a token is refused.</param>
    public static async Task<EventAdmission> DecideAsync(
        ConnectionAccess access, IReadOnlyList<string> channels, bool isTokenRequired)
    {
        var (identity, error, _) = await access.IdentifyAsync(token: null, connectionId: null);
        if (error is not null || (identity is null && isTokenRequired))
        {
            return error == TokenCodes.Unavailable
                ? new(access, null) { IsUnavailable = true }
                : new(access, null) { Error = error ?? JoinErrors.Unauthorized };
        }

        access.Assume(identity);
        var admission = new EventAdmission(access, identity);
        var errors = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (channel, permit) in channels.Zip(await Task.WhenAll(channels.Select(channel => DecideAsync(access, channel)))))
        {
            if (permit.Error is null)
            {
                admission.Granted.Add(channel);
                continue;
            }

            errors.Add(permit.Error);
            admission.Refusals.Add(Refusal(channel, permit.Error));
        }

        return errors.Contains(JoinErrors.Unavailable) ? new(access, identity) { IsUnavailable = true }
            : admission.Granted.Count > 0 ? admission
            : new(access, identity)
            {
                Error = errors.Contains(JoinErrors.Forbidden) ? JoinErrors.Forbidden : JoinErrors.Unauthorized,
            };
    }

    /// <summary>Creates the event about a channel that the stream does not have.</summary>
    public static WireMessage Refusal(string channel, string code) =>
        EventMessages.Refused(channel, code, AccessSentences.OfJoin(code, channel));

    /// <summary>Returns the sentence for a refused request.</summary>
    public static string SentenceOf(string code) => code switch
    {
        JoinErrors.Unauthorized => "these channels need a token: Authorization: Bearer, the cookie, or ?token=…",
        JoinErrors.Forbidden => "the token grants none of these channels",
        _ => TokenCodes.Sentence(code),
    };

    /// <summary>Gives the stream its identity. Returns false at the limit of its user.</summary>
    public bool TryEnter(IIdentifiedConnection connection) => Access.TryEnter(connection, _identity);

    // The backend is asked about all channels at once, because the stream does not begin before the last answer.
    private static async Task<JoinPermit> DecideAsync(ConnectionAccess access, string channel)
    {
        var permit = access.Judge(channel);
        return permit.Pending is { } decision ? await access.AskAsync(channel, decision) : permit;
    }
}

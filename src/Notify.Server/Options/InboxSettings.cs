using Notify.Broker;
using Notify.Protocol.Tokens;

namespace Notify.Server.Options;

/// <summary>Lists the settings of inboxes.</summary>
internal static class InboxSettings
{
    private const string Off = "off";

    private static readonly SettingKind<IReadOnlyList<ChannelPattern>> Patterns = new(
        "off, or a comma list of channels and of prefixes with one * at the end", TryParse, Write);

    /// <summary>Gets the channels that are inboxes by default: those of users.</summary>
    public static IReadOnlyList<ChannelPattern> Default { get; } = TryParse(ChannelPattern.UserPrefix + "*", out var value) ? value : [];

    /// <summary>Gets the channels of announcements by default.</summary>
    public static IReadOnlyList<ChannelPattern> DefaultAnnouncements { get; } = TryParse("announce:*", out var value) ? value : [];

    /// <summary>Gets the settings, in the order of the documentation.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        new Setting<IReadOnlyList<ChannelPattern>>(
            Patterns, o => o.Broker.Channels.Inboxes, (o, v) => With(o, o.Broker.Channels with { Inboxes = v }))
        {
            Name = "NOTIFY_INBOX",
            Effect =
                "The channels that are inboxes: the server counts what their users have not read, and keeps their notifications longer. " +
                "`off` for none.",
            Example = "user:*",
        },
        new Setting<int>(
            SettingKinds.Integer(1, 1000), o => o.Broker.Channels.InboxSize, (o, v) => With(o, o.Broker.Channels with { InboxSize = v }))
        {
            Name = "NOTIFY_INBOX_SIZE",
            Effect = "The number of items of an inbox or an announcement channel. Older notifications leave it, read or not.",
            Example = "200",
        },
        new Setting<TimeSpan>(
            SettingKinds.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(3650)),
            o => o.Broker.Channels.InboxTtl,
            (o, v) => With(o, o.Broker.Channels with { InboxTtl = v }))
        {
            Name = "NOTIFY_INBOX_TTL",
            Effect = "How long a notification of an inbox or an announcement channel is stored.",
            Example = "90d",
        },
        new Setting<IReadOnlyList<ChannelPattern>>(
            Patterns, o => o.Broker.Channels.Announcements, (o, v) => With(o, o.Broker.Channels with { Announcements = v }))
        {
            Name = "NOTIFY_ANNOUNCE",
            Effect =
                "The channels of announcements, which are in the inboxes of all users that follow them and are stored once. " +
                "`off` for none.",
            Example = "announce:*",
        },
        new Setting<TimeSpan>(
            SettingKinds.Duration(TimeSpan.Zero, TimeSpan.FromDays(3650)),
            o => o.Broker.Channels.AnnounceBacklog,
            (o, v) => With(o, o.Broker.Channels with { AnnounceBacklog = v }))
        {
            Name = "NOTIFY_ANNOUNCE_BACKLOG",
            Effect = "How old the announcements may be that a user finds in the inbox who begins to follow a channel.",
            Example = "7d",
        },
        new Setting<int>(
            SettingKinds.Integer(1, 100_000),
            o => o.Connection.MarkRate,
            (o, v) => o with { Connection = o.Connection with { MarkRate = v } })
        {
            Name = "NOTIFY_MARK_RATE",
            Effect =
                "How many requests to `/inbox` one user may make a second, with ten seconds' worth at once. More are answered 429. " +
                "It is also the rate of marks of one connection, above which the server reads from it later.",
            Example = "50",
        },
    ];

    private static NotifyOptions With(NotifyOptions options, ChannelOptions channels) =>
        options with { Broker = options.Broker with { Channels = channels } };

    private static bool TryParse(string text, out IReadOnlyList<ChannelPattern> value)
    {
        var patterns = new List<ChannelPattern>();
        value = patterns;
        if (text.Equals(Off, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!ChannelPattern.TryParse(part, out var pattern))
            {
                return false;
            }

            patterns.Add(pattern);
        }

        return true;
    }

    private static string Write(IReadOnlyList<ChannelPattern> patterns) => patterns.Count == 0 ? Off : string.Join(',', patterns);
}

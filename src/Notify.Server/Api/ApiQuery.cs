using System.Globalization;
using System.Text;
using Notify.Broker.Channels;
using Notify.Broker.Inboxes;
using Notify.Broker.Queries;
using Notify.Protocol;
using Notify.Server.Inboxes;

namespace Notify.Server.Api;

/// <summary>
/// Reads the parameters of a query. The first error is stored in <see cref="Problem"/>. The values are only valid when there is none.
/// </summary>
internal sealed class ApiQuery
{
    /// <summary>The parameter that names announcement channels.</summary>
    public const string Follow = "follow";

    /// <summary>The parameter that says by what items are counted, besides all of them.</summary>
    public const string By = "by";

    private const string Tag = "tag";
    private const int DefaultLimit = 100;

    // The parameters that may be given several times.
    private static readonly string[] Repeatable = [Tag, Follow];

    private readonly IQueryCollection _query;

    /// <summary>Reads <paramref name="query"/>, which may contain only the parameters in <paramref name="known"/>.</summary>
    public ApiQuery(IQueryCollection query, params ReadOnlySpan<string> known)
    {
        _query = query;
        foreach (var (name, values) in query)
        {
            if (!known.Contains(name))
            {
                Refuse(known.Length == 0
                    ? $"{name} is not known; there are no parameters."
                    : $"{name} is not known; the parameters are {string.Join(", ", known!)}.");
            }
            else if (values.Count != 1 && !Repeatable.Contains(name))
            {
                Refuse($"{name} is given {values.Count} times.");
            }
        }
    }

    /// <summary>Gets a sentence about the first error; null when there is none.</summary>
    public string? Problem { get; private set; }

    /// <summary>Reads a channel's name, or a part of one; null when it is missing.</summary>
    public string? Name(string parameter)
    {
        if (!_query.TryGetValue(parameter, out var values))
        {
            return null;
        }

        if (!ChannelName.TryCreate(values.ToString(), out var name))
        {
            Refuse($"{parameter} is longer than a channel's name, {ChannelName.MaxBytes} bytes of UTF-8.");
        }

        return name;
    }

    /// <summary>Reads a channel's name, which is required.</summary>
    public string RequiredName(string parameter)
    {
        var name = Name(parameter);
        if (name is null)
        {
            Refuse($"{parameter} is missing.");
        }

        return name ?? "";
    }

    /// <summary>Reads one of some words; null when it is missing.</summary>
    public string? OneOf(string parameter, IEnumerable<string> words)
    {
        if (!_query.TryGetValue(parameter, out var values))
        {
            return null;
        }

        var known = words.ToList();
        if (!known.Contains(values.ToString()))
        {
            Refuse($"{parameter} is not {string.Join(" or ", known)}.");
        }

        return values.ToString();
    }

    /// <summary>Reads a text; null when it is missing.</summary>
    public string? Text(string parameter) => _query.TryGetValue(parameter, out var values) ? values.ToString() : null;

    /// <summary>Reads the tags; empty when there are none.</summary>
    public IReadOnlyList<string> Tags() => _query.TryGetValue(Tag, out var values) ? [.. values.OfType<string>()] : [];

    /// <summary>Reads a time; null when it is missing.</summary>
    public DateTimeOffset? Time(string parameter)
    {
        if (!_query.TryGetValue(parameter, out var text))
        {
            return null;
        }

        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return time;
        }

        Refuse($"{parameter} is not a time, for example 2026-11-29T12:00:00Z.");
        return null;
    }

    /// <summary>Reads a text without control characters, which is required.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="maxBytes">The maximum length in bytes of UTF-8. The minimum is 1.</param>
    public string RequiredText(string parameter, int maxBytes)
    {
        var text = _query.TryGetValue(parameter, out var values) ? values.ToString() : null;
        if (text is null)
        {
            Refuse($"{parameter} is missing.");
        }
        else if (text.Length == 0 || Encoding.UTF8.GetByteCount(text) > maxBytes || text.Any(char.IsControl))
        {
            Refuse($"{parameter} is not a text of 1 to {maxBytes} bytes of UTF-8 without control characters.");
        }

        return text ?? "";
    }

    /// <summary>Reads an offset, which is required.</summary>
    public long RequiredOffset(string parameter)
    {
        if (!_query.TryGetValue(parameter, out var text))
        {
            Refuse($"{parameter} is missing.");
        }
        else if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var offset) && offset is > 0 and < long.MaxValue)
        {
            return offset;
        }

        Refuse($"{parameter} is not an offset: a whole number, 1 or more.");
        return 1;
    }

    /// <summary>Reads where a list of items continues; the newest items when it is missing.</summary>
    public InboxCursor Cursor(string parameter)
    {
        var cursor = InboxCursor.Newest;
        if (_query.TryGetValue(parameter, out var text) && !InboxCursor.TryParse(text.ToString(), out cursor))
        {
            Refuse($"{parameter} is not the value of next in a former answer.");
        }

        return cursor;
    }

    /// <summary>Returns the problem of a channel that should have announcements.</summary>
    public static string NoAnnouncement(string name) =>
        $"\"{name}\" is not an announcement channel: NOTIFY_ANNOUNCE does not match it.";

    /// <summary>Reads whether the items of each category are counted, in <see cref="By"/>.</summary>
    public bool ByCategory() => OneOf(By, ["category"]) is not null;

    /// <summary>Reads the announcement channels of a list, in <see cref="Follow"/>; null when there are none.</summary>
    /// <param name="isAnnouncement">Returns whether a channel has announcements.</param>
    public IReadOnlyList<string>? Follows(Func<string, bool> isAnnouncement)
    {
        if (!_query.TryGetValue(Follow, out var names))
        {
            return null;
        }

        if (names.Count > FollowSet.Max)
        {
            Refuse($"{Follow} is given {names.Count} times; a user follows at most {FollowSet.Max} channels.");
        }
        else if (names.FirstOrDefault(name => !isAnnouncement(name ?? "")) is { } other)
        {
            Refuse(NoAnnouncement(other));
        }

        return [.. names.OfType<string>().Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Reads the parameter <c>limit</c>.</summary>
    /// <param name="usual">The value when it is missing.</param>
    /// <param name="most">The largest value.</param>
    public int Limit(int usual = DefaultLimit, int most = ChannelQueries.MaxLimit)
    {
        if (!_query.TryGetValue("limit", out var text))
        {
            return usual;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) || limit == 0 || limit > most)
        {
            Refuse($"limit is not a number from 1 to {most}.");
        }

        return limit;
    }

    /// <summary>Reads the parameters <c>since</c> and <c>epoch</c>; null when both are missing.</summary>
    public Since? Since()
    {
        var epoch = _query.TryGetValue("epoch", out var given) ? given.ToString() : null;
        switch (_query.TryGetValue("since", out var text) ? text.ToString() : null)
        {
            case null when epoch is null:
                return null;
            case "earliest" when epoch is null:
                return Protocol.Since.Earliest.Instance;
            case { } number
                when epoch is not null && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var offset):
                return new Since.After(epoch, offset);
            default:
                Refuse(
                    "since and epoch name a position together: since is an offset, 0 or more, of this epoch; "
                    + "since=earliest, without epoch, stands for all that is kept.");
                return null;
        }
    }

    /// <summary>Stores an error unless there is one already.</summary>
    public void Refuse(string problem) => Problem ??= problem;
}

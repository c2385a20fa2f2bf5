using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Notify.Broker.Inboxes;
using Notify.Broker.Sending;
using Notify.Server.Options;

namespace Notify.Server.Api;

/// <summary>
/// Reads the optional fields of <c>POST /api/notifications</c> that are stored beside the notification. The first error is stored in
/// <see cref="Problem"/>.
/// </summary>
/// <param name="now">The time, from which <c>expiresIn</c> counts.</param>
internal sealed partial class ApiFields(DateTimeOffset now)
{
    private const int MaxTags = 8;
    private const int MaxKeyBytes = 64;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly TimeSpan MaxLife = TimeSpan.FromDays(3650);
    private static readonly string[] InboxNames = ["collapseKey", "expiresAt", "silent"];
    private static readonly string[] Priorities = ["low", "normal", "high", "urgent"];

    // Sorted, so that the same fields have the same bytes.
    private readonly SortedDictionary<string, Action<Utf8JsonWriter>> _fields = new(StringComparer.Ordinal);
    private Guid? _id;

    /// <summary>Gets the names of the fields.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["category", "collapseKey", "exclude", "expiresAt", "expiresIn", "group", "id", "priority", "silent", "tags"];

    /// <summary>Gets a sentence about the first error; null when there is none.</summary>
    public string? Problem { get; private set; }

    /// <summary>Gets the first field that only an inbox can have; null when there is none.</summary>
    public string? OfInbox => InboxNames.FirstOrDefault(_fields.ContainsKey);

    /// <summary>Reads the value of a field. Returns false if there is no such field.</summary>
    public bool TryRead(string name, ref Utf8JsonReader reader)
    {
        switch (name)
        {
            case "category":
                Add(name, TextOf(ref reader), static text => Category().IsMatch(text), "1 to 40 characters of a-z, 0-9, _, . and -");
                break;
            case "collapseKey" or "exclude" or "group":
                Add(name, TextOf(ref reader), IsKey, $"a string of 1 to {MaxKeyBytes} bytes");
                break;
            case "priority":
                Add(name, TextOf(ref reader), Priorities.Contains, "low, normal, high or urgent");
                break;
            case "tags":
                ReadTags(ref reader);
                break;
            case "silent":
                if (reader.TokenType is not (JsonTokenType.True or JsonTokenType.False))
                {
                    Refuse("silent is neither true nor false.");
                }
                else if (reader.TokenType == JsonTokenType.True)
                {
                    _fields[name] = static json => json.WriteBooleanValue(true);
                }

                break;
            case "expiresAt":
                ReadTime(reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var at) ? at : null);
                break;
            case "expiresIn":
                ReadTime(
                    TextOf(ref reader) is { } life
                    && DurationText.TryParse(life, out var time)
                    && time >= TimeSpan.FromSeconds(1)
                    && time <= MaxLife
                        ? now + time
                        : null);
                break;
            case "id":
                _id = TextOf(ref reader) is { } text && Guid.TryParseExact(text, "D", out var id) ? id : null;
                Refuse(_id is null ? "id is not a UUID like 6f1c3f0a-1d1e-4c8e-9b55-0c5f5f1f5a11." : null);
                break;
            default:
                return false;
        }

        return true;
    }

    /// <summary>Returns the fields for the broker.</summary>
    public PublishFields Finish()
    {
        if (_fields.Count == 0)
        {
            return new PublishFields(default, _id);
        }

        var output = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(output, Options))
        {
            json.WriteStartObject();
            foreach (var (name, write) in _fields)
            {
                json.WritePropertyName(name);
                write(json);
            }

            json.WriteEndObject();
        }

        var isTooLong = output.WrittenCount > ItemMeta.MaxBytes;
        Refuse(isTooLong ? $"The fields beside notification have more than {ItemMeta.MaxBytes} bytes." : null);
        return new PublishFields(output.WrittenMemory, _id);
    }

    private static bool IsKey(string text) => Encoding.UTF8.GetByteCount(text) is >= 1 and <= MaxKeyBytes;

    private static string? TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // The text contains the escape of a lone surrogate.
            return null;
        }
    }

    private void Add(string name, string? text, Predicate<string> isValid, string rule)
    {
        if (text is not null && isValid(text))
        {
            _fields[name] = json => json.WriteStringValue(text);
        }
        else
        {
            Refuse($"{name} is not {rule}.");
        }
    }

    private void ReadTags(ref Utf8JsonReader reader)
    {
        var tags = new List<string>();
        var isList = reader.TokenType == JsonTokenType.StartArray;
        while (isList && reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (TextOf(ref reader) is not { } tag || !Tag().IsMatch(tag))
            {
                isList = false;
                break;
            }

            tags.Add(tag);
        }

        if (!isList || tags.Count > MaxTags)
        {
            Refuse($"tags is not an array of at most {MaxTags} strings, each of 1 to 40 characters without spaces and commas.");
        }
        else if (tags.Count > 0)
        {
            _fields["tags"] = json =>
            {
                json.WriteStartArray();
                tags.ForEach(json.WriteStringValue);
                json.WriteEndArray();
            };
        }
    }

    private void ReadTime(DateTimeOffset? at)
    {
        if (_fields.ContainsKey("expiresAt"))
        {
            Refuse("expiresAt and expiresIn are given; one of them says when the notification expires.");
        }
        else if (at is not { } time || time > now + MaxLife || time < DateTimeOffset.UnixEpoch)
        {
            Refuse(
                "expiresAt is not a time like 2027-01-31T12:00:00Z, or expiresIn is not a duration like 30m, of at most "
                    + $"{(int)MaxLife.TotalDays} days.");
        }
        else
        {
            var text = time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
            _fields["expiresAt"] = json => json.WriteStringValue(text);
        }
    }

    private void Refuse(string? problem) => Problem ??= problem;

    [GeneratedRegex(@"^[a-z0-9_.-]{1,40}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Category();

    [GeneratedRegex(@"^[^\s,]{1,40}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tag();
}

using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Notify.Protocol.Tokens;

namespace Notify.Server.Api;

/// <summary>
/// Reads the members of a small JSON body. The first error is stored in <see cref="Problem"/>. The values are only valid when there is
/// none.
/// </summary>
internal sealed class ApiObject : IDisposable
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 5 };

    private readonly JsonDocument? _document;

    /// <summary>
    /// Parses a body, which may contain only the members in <paramref name="known"/>: an unknown one could be an option that the backend
    /// relies on.
    /// </summary>
    public ApiObject(ReadOnlyMemory<byte> utf8, params ReadOnlySpan<string> known)
    {
        if (!Utf8.IsValid(utf8.Span))
        {
            Refuse("The body is not UTF-8.");
            return;
        }

        try
        {
            _document = JsonDocument.Parse(utf8, Strict);
            if (_document.RootElement.ValueKind != JsonValueKind.Object)
            {
                Refuse("The body is not a JSON object.");
                return;
            }

            foreach (var member in _document.RootElement.EnumerateObject())
            {
                if (!known.Contains(member.Name))
                {
                    Refuse($"{member.Name} is not known; the members are {string.Join(", ", known!)}.");
                }
            }
        }
        catch (JsonException exception)
        {
            Refuse($"The body is not JSON that can be read: {exception.Message}");
        }
        catch (InvalidOperationException)
        {
            Refuse("A name in the body holds half a character, written as an escape (a lone surrogate).");
        }
    }

    /// <summary>Gets a sentence about the first error; null when there is none.</summary>
    public string? Problem { get; private set; }

    /// <summary>Gets the whole object. It is only valid when there is no error.</summary>
    public JsonElement Root => _document!.RootElement;

    /// <summary>Reads a text without control characters; null when it is missing.</summary>
    /// <param name="member">The member's name.</param>
    /// <param name="maxBytes">The maximum length in bytes of UTF-8. The minimum is 1.</param>
    public string? Text(string member, int maxBytes)
    {
        if (!TryFind(member, out var value))
        {
            return null;
        }

        var text = TextOf(value);
        if (IsText(text, maxBytes))
        {
            return text;
        }

        Refuse($"{member} is not a string of 1 to {maxBytes} bytes of UTF-8 without control characters.");
        return null;
    }

    /// <summary>Reads a list of texts without control characters; empty when it is missing.</summary>
    /// <param name="member">The member's name.</param>
    /// <param name="most">The maximum number of texts.</param>
    /// <param name="maxBytes">The maximum length of each in bytes of UTF-8. The minimum is 1.</param>
    public List<string> Texts(string member, int most, int maxBytes)
    {
        if (!TryFind(member, out var list))
        {
            return [];
        }

        var texts = list.ValueKind == JsonValueKind.Array && list.GetArrayLength() <= most
            ? list.EnumerateArray().Select(TextOf).ToList()
            : [null];
        if (texts.Exists(text => !IsText(text, maxBytes)))
        {
            Refuse($"{member} is not a list of at most {most} strings, each of 1 to {maxBytes} bytes of UTF-8 without control characters.");
        }

        return [.. texts.OfType<string>()];
    }

    /// <summary>Reads a whole number; null when it is missing.</summary>
    public long? Number(string member, long least, long most)
    {
        if (!TryFind(member, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= least && number <= most)
        {
            return number;
        }

        Refuse($"{member} is not a whole number from {least} to {most}.");
        return null;
    }

    /// <summary>Reads a truth value; false when it is missing.</summary>
    public bool Flag(string member)
    {
        if (!TryFind(member, out var value))
        {
            return false;
        }

        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Refuse($"{member} is neither true nor false.");
        }

        return value.ValueKind == JsonValueKind.True;
    }

    /// <summary>Returns whether a member is there.</summary>
    public bool Has(string member) => TryFind(member, out _);

    /// <summary>Reads a list of patterns of channels; empty when it is missing.</summary>
    public IReadOnlyList<ChannelPattern> Patterns(string member, int most)
    {
        if (!TryFind(member, out var list))
        {
            return [];
        }

        var patterns = new List<ChannelPattern>();
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > most)
        {
            Refuse($"{member} is not a list of at most {most} strings; in PHP: array_values().");
            return [];
        }

        foreach (var item in list.EnumerateArray())
        {
            if (TextOf(item) is not { } text || !ChannelPattern.TryParse(text, out var pattern))
            {
                Refuse(
                    $"{member} holds something else than names of 1 to {ChannelPattern.MaxBytes} bytes of UTF-8, or prefixes with one * at "
                        + "the end.");
                break;
            }

            patterns.Add(pattern);
        }

        return patterns;
    }

    /// <summary>Stores an error unless there is one already.</summary>
    public void Refuse(string problem) => Problem ??= problem;

    /// <inheritdoc />
    public void Dispose() => _document?.Dispose();

    private bool TryFind(string member, out JsonElement value)
    {
        value = default;
        return Problem is null && _document!.RootElement.TryGetProperty(member, out value);
    }

    private static bool IsText(string? text, int maxBytes) =>
        text is { Length: > 0 } && Encoding.UTF8.GetByteCount(text) <= maxBytes && !text.Any(char.IsControl);

    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // The text contains the escape of a lone surrogate.
            return null;
        }
    }
}

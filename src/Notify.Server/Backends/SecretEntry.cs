using System.Security.Cryptography;
using System.Text.Json;
using Notify.Protocol.Tokens;

namespace Notify.Server.Backends;

/// <summary>Represents an entry of the file of secrets.</summary>
/// <param name="Place">The entry's place for errors.</param>
/// <param name="Name">The name of the backend.</param>
/// <param name="Hashes">The hashes of its secrets, in lower case.</param>
/// <param name="Scopes">What the secrets open.</param>
/// <param name="Channels">The channels that the backend may use.</param>
/// <param name="Rate">The publishes each second; null for <c>NOTIFY_SEND_RATE</c>.</param>
internal sealed record SecretEntry(
    string Place, string Name, IReadOnlyList<string> Hashes, BackendScope Scopes, ChannelScope Channels, int? Rate)
{
    /// <summary>The largest number of secrets that are accepted for one backend at the same time.</summary>
    public const int MaxHashes = 4;

    /// <summary>The largest rate of one backend.</summary>
    public const int MaxRate = 1_000_000;

    /// <summary>A file with one secret, for errors.</summary>
    public const string ExampleFile = """{"secrets":[{"name":"shop","sha256":["…"],"scopes":["send"]}]}""";

    private const int HashDigits = 2 * SHA256.HashSizeInBytes;

    private static readonly string[] Members = ["name", "sha256", "scopes", "channels", "rate"];

    /// <summary>Reads an entry. Returns null and adds errors when it is wrong.</summary>
    public static SecretEntry? Read(JsonElement entry, string place, List<string> errors)
    {
        if (entry.ValueKind != JsonValueKind.Object)
        {
            errors.Add($"{place}: must be an object, like those in {ExampleFile}");
            return null;
        }

        var before = errors.Count;
        var name = ReadName(entry);
        var where = name is null ? place : $"{place} ({name})";
        if (name is null)
        {
            Refuse($"name must be 1 to {Backend.MaxName} characters: small letters, digits and hyphens, and not {Backend.DefaultName}, "
                + "which is the name of NOTIFICATION_SECRET");
        }

        foreach (var member in entry.EnumerateObject().Where(static member => !Members.Contains(member.Name)))
        {
            Refuse($"{Quote(member.Name)} is not known; the members are {string.Join(", ", Members)}");
        }

        var hashes = ReadTexts(entry, "sha256");
        if (hashes is null || hashes.Count is 0 or > MaxHashes || !hashes.All(IsHash)
            || hashes.Distinct(StringComparer.OrdinalIgnoreCase).Count() != hashes.Count)
        {
            Refuse($"sha256 must be a list of 1 to {MaxHashes} different hashes of {HashDigits} hexadecimal digits, not the secrets "
                + "themselves; notify secret NAME prints one");
        }

        var scopes = ReadScopes(entry, Refuse);
        var channels = ReadChannels(entry, Refuse);
        var rate = ReadRate(entry, Refuse);
        return errors.Count > before
            ? null
            : new SecretEntry(where, name!, [.. hashes!.Select(static hash => hash.ToLowerInvariant())], scopes, channels, rate);

        void Refuse(string error) => errors.Add($"{where}: {error}");
    }

    /// <summary>Returns the beginning of a text for an error, without control characters.</summary>
    public static string Quote(string text) => JsonSerializer.Serialize(text.Length > 64 ? text[..64] + "…" : text);

    private static string? ReadName(JsonElement entry) =>
        entry.TryGetProperty("name", out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { } name
            && Backend.IsName(name) && name != Backend.DefaultName
            ? name
            : null;

    private static BackendScope ReadScopes(JsonElement entry, Action<string> refuse)
    {
        var known = string.Join(", ", BackendScopes.Names);
        if (ReadTexts(entry, "scopes") is not { Count: > 0 } names)
        {
            refuse($"scopes must be a list with at least one of {known}");
            return BackendScope.None;
        }

        var scopes = BackendScope.None;
        foreach (var name in names)
        {
            if (!BackendScopes.TryParse(name, out var scope))
            {
                refuse($"{Quote(name)} is no scope; the scopes are {known}");
            }

            scopes |= scope;
        }

        return scopes;
    }

    private static ChannelScope ReadChannels(JsonElement entry, Action<string> refuse)
    {
        if (!entry.TryGetProperty("channels", out _))
        {
            return ChannelScope.All;
        }

        if (ReadTexts(entry, "channels") is not { Count: > 0 and <= ChannelScope.MaxPatterns } texts)
        {
            refuse($"""channels must be a list of 1 to {ChannelScope.MaxPatterns} patterns, for example ["order:*"]""");
            return ChannelScope.All;
        }

        var patterns = new List<ChannelPattern>();
        foreach (var text in texts)
        {
            if (ChannelPattern.TryParse(text, out var pattern))
            {
                patterns.Add(pattern);
            }
            else
            {
                refuse($"{Quote(text)} is no pattern: a name of 1 to {ChannelPattern.MaxBytes} bytes, or a prefix and one * at its end");
            }
        }

        return new ChannelScope(patterns);
    }

    private static int? ReadRate(JsonElement entry, Action<string> refuse)
    {
        if (!entry.TryGetProperty("rate", out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var rate) || rate is < 0 or > MaxRate)
        {
            refuse($"rate must be a number from 0 to {MaxRate}: requests a second, 0 for no limit");
            return null;
        }

        return rate;
    }

    private static bool IsHash(string text) => text.Length == HashDigits && text.All(char.IsAsciiHexDigit);

    // Null when the member is missing or is anything but a list of strings.
    private static List<string>? ReadTexts(JsonElement entry, string member) =>
        entry.TryGetProperty(member, out var list) && list.ValueKind == JsonValueKind.Array
            && list.EnumerateArray().All(static item => item.ValueKind == JsonValueKind.String)
            ? [.. list.EnumerateArray().Select(static item => item.GetString()!)]
            : null;
}

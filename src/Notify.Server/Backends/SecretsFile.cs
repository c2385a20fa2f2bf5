using System.Text.Json;
using Notify.Server.Options;

namespace Notify.Server.Backends;

/// <summary>Reads the file of <c>NOTIFY_SECRETS</c>, and explains to operators why it cannot be used.</summary>
internal sealed class SecretsFile
{
    /// <summary>The largest size of the file, in bytes.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>The largest number of secrets.</summary>
    public const int MaxSecrets = 1000;

    private const int MaxErrors = 10;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 4 };

    private readonly NotifyOptions _options;
    private readonly TimeProvider _time;
    private readonly SendRate _defaultRate;
    private readonly Dictionary<string, string> _reserved;

    /// <summary>Sets the path. The file is not read yet.</summary>
    /// <param name="path">The path.</param>
    /// <param name="options">The settings, whose secrets must not be in the file.</param>
    /// <param name="time">The clock of the rates.</param>
    public SecretsFile(string path, NotifyOptions options, TimeProvider time)
    {
        Path = path;
        _options = options;
        _time = time;
        _defaultRate = new SendRate(options.Access.SendRate, time);
        _reserved = ReservedHashes(options);
    }

    /// <summary>Gets the path.</summary>
    public string Path { get; }

    /// <summary>Reads the file.</summary>
    public SecretsText Open()
    {
        try
        {
            using var stream = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[MaxBytes + 1];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length > MaxBytes
                ? new SecretsText(null, Explain($"must have at most {MaxBytes} bytes"))
                : new SecretsText(bytes[..length], null);
        }
        catch (Exception exception) when (FileReadError.Is(exception))
        {
            return new SecretsText(
                null,
                Explain(
                    $"must be the path of a JSON file that exists and may be read ({FileReadError.Reason(exception)}); "
                        + "for example NOTIFY_SECRETS=/etc/notify/secrets.json"));
        }
    }

    /// <summary>Parses the content of the file.</summary>
    public SecretsReading Parse(SecretsText text)
    {
        if (text.Bytes is not { } bytes)
        {
            return new SecretsReading(null, [text.Error!]);
        }

        var errors = new List<string>();
        var hashes = new Dictionary<string, Backend>(StringComparer.Ordinal);
        try
        {
            // Some editors begin a file with a byte order mark.
            var json = bytes.AsMemory().Span is [0xEF, 0xBB, 0xBF, ..] ? bytes.AsMemory(3) : bytes;
            using var document = JsonDocument.Parse(json, Strict);
            Read(document.RootElement, hashes, errors);
        }
        catch (JsonException exception)
        {
            errors.Add(
                $"is not JSON that can be read, is not written to its end, or has a name twice in one object: {exception.Message} "
                    + "Write the whole file again, like " + SecretEntry.ExampleFile);
        }
        catch (InvalidOperationException)
        {
            errors.Add("holds half a character, written as an escape (a lone surrogate)");
        }

        if (errors.Count > 0)
        {
            var hidden = errors.Count - MaxErrors;
            return new SecretsReading(
                null, [.. errors.Take(MaxErrors).Select(Explain), .. hidden > 0 ? (string[])[Explain($"{hidden} more errors")] : []]);
        }

        return new SecretsReading(
            new BackendSecrets(hashes.Concat(BackendSecrets.OfSettings(_options.Access, _defaultRate))), []);
    }

    // A leak of one secret must not open what another one opens, and everybody knows the hashes of the default and of no secret.
    private static Dictionary<string, string> ReservedHashes(NotifyOptions options)
    {
        var reserved = new Dictionary<string, string>(StringComparer.Ordinal);
        Add("", "of an empty secret");
        Add(new AccessOptions().Secret, "of the default secret, which everybody knows");
        Add(options.Access.Secret, "of NOTIFICATION_SECRET");
        Add(options.Access.PreviousSecret, "of NOTIFICATION_SECRET_PREVIOUS");
        Add(options.Token.Secret, "of NOTIFY_TOKEN_SECRET");
        Add(options.Token.PreviousSecret, "of NOTIFY_TOKEN_SECRET_PREVIOUS");
        return reserved;

        void Add(string secret, string whose)
        {
            foreach (var hash in BackendSecrets.HashesOf(secret))
            {
                reserved.TryAdd(hash, whose);
            }
        }
    }

    private string Explain(string error) => $"NOTIFY_SECRETS={Path}: {error}";

    private void Read(JsonElement root, Dictionary<string, Backend> hashes, List<string> errors)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("secrets", out var secrets)
            || secrets.ValueKind != JsonValueKind.Array)
        {
            errors.Add("must be an object with the member secrets, a list, like " + SecretEntry.ExampleFile);
            return;
        }

        errors.AddRange(root.EnumerateObject().Where(static member => member.Name != "secrets")
            .Select(static member => $"{SecretEntry.Quote(member.Name)} is not known; the only member is secrets"));
        if (secrets.GetArrayLength() > MaxSecrets)
        {
            errors.Add($"holds {secrets.GetArrayLength()} secrets; at most {MaxSecrets} are allowed");
            return;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var element in secrets.EnumerateArray())
        {
            var entry = SecretEntry.Read(element, $"secrets[{index++}]", errors);
            if (entry is not null)
            {
                Add(entry, names, hashes, errors);
            }
        }
    }

    private void Add(SecretEntry entry, HashSet<string> names, Dictionary<string, Backend> hashes, List<string> errors)
    {
        if (!names.Add(entry.Name))
        {
            errors.Add($"{entry.Place}: the name {entry.Name} is given twice; to rotate a secret, add its hash to sha256");
        }

        var backend = new Backend(
            entry.Name, entry.Scopes, entry.Channels, new SendRate(entry.Rate ?? _options.Access.SendRate, _time));
        foreach (var hash in entry.Hashes)
        {
            if (_reserved.TryGetValue(hash, out var whose))
            {
                errors.Add($"{entry.Place}: sha256 holds the hash {whose}; use a secret of its own: notify secret {entry.Name}");
            }
            else if (!hashes.TryAdd(hash, backend))
            {
                errors.Add($"{entry.Place}: sha256 holds a hash that is already given to {hashes[hash].Name}");
            }
        }
    }
}

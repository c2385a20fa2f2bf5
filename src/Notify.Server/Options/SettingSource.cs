namespace Notify.Server.Options;

/// <summary>A place where settings are written: the environment, or the configuration file.</summary>
/// <param name="Values">What is written there; an empty value is not set.</param>
/// <param name="OriginOf">Where there the value of a name stands, in words.</param>
/// <param name="PlaceOf">The same, to stand behind a value in errors; empty for the environment, where everyone looks first.</param>
internal sealed record SettingSource(IReadOnlyDictionary<string, string> Values, Func<string, string> OriginOf, Func<string, string> PlaceOf)
{
    /// <summary>The environment.</summary>
    public static SettingSource Environment(IReadOnlyDictionary<string, string> values) =>
        new(values, static name => $"environment variable {name}", static _ => "");

    /// <summary>Whether this source says anything about a setting, be it wrong.</summary>
    public bool Has(Setting setting) => Text(setting.Name).Length > 0 || Path(setting).Length > 0;

    /// <summary>
    /// Finds the text of a setting, directly or in the file that <c>NAME_FILE</c> names. Null when it cannot be had; what is wrong is
    /// added to <paramref name="errors"/>.
    /// </summary>
    public (string Text, string Origin)? Find(Setting setting, List<string> errors)
    {
        var text = Text(setting.Name);
        var path = Path(setting);
        if (text.Length > 0 && path.Length > 0)
        {
            errors.Add($"{setting.Name} and {setting.FileName} are both set{PlaceOf(setting.Name)}: set one of them; for example {setting.FileName}=/run/secrets/value");
            return null;
        }

        if (path.Length == 0)
        {
            return (text, OriginOf(setting.Name));
        }

        return ReadFile(setting, path, errors) is { } content ? (content, $"file {path}, named by {OriginOf(setting.FileName)}") : null;
    }

    private string Text(string name) => Values.GetValueOrDefault(name, "");

    private string Path(Setting setting) => setting.MayBeFile ? Text(setting.FileName) : "";

    private string? ReadFile(Setting setting, string path, List<string> errors)
    {
        string reason;
        try
        {
            var text = File.ReadAllText(path);
            text = text.EndsWith('\n') ? text[..^1] : text;
            text = text.EndsWith('\r') ? text[..^1] : text;
            if (text.Length > 0)
            {
                return text;
            }

            reason = "the file is empty";
        }
        catch (Exception e) when (FileReadError.Is(e))
        {
            reason = FileReadError.Reason(e);
        }

        errors.Add($"{setting.FileName}={path}{PlaceOf(setting.FileName)}: must be the path of a file that holds the value of {setting.Name} ({reason}); for example {setting.FileName}=/run/secrets/value");
        return null;
    }
}

namespace Notify.Server.Options;

/// <summary>Represents a source of settings: the environment or the configuration file.</summary>
/// <param name="Values">The texts by name. An empty text counts as not set.</param>
/// <param name="OriginOf">Describes the origin of a name.</param>
/// <param name="PlaceOf">Describes the origin as a suffix of a value in errors; empty for the environment, which is the usual
/// source.</param>
internal sealed record SettingSource(
    IReadOnlyDictionary<string, string> Values, Func<string, string> OriginOf, Func<string, string> PlaceOf)
{
    /// <summary>Creates the source for the environment.</summary>
    public static SettingSource Environment(IReadOnlyDictionary<string, string> values) =>
        new(values, static name => $"environment variable {name}", static _ => "");

    /// <summary>Returns whether this source contains a setting, even with an invalid value.</summary>
    public bool Has(Setting setting) => Text(setting.Name).Length > 0 || Path(setting).Length > 0;

    /// <summary>
    /// Returns the text of a setting, directly or from the file that <c>NAME_FILE</c> names. Returns null when there is none; errors are
    /// added to <paramref name="errors"/>.
    /// </summary>
    public (string Text, string Origin)? Find(Setting setting, List<string> errors)
    {
        var text = Text(setting.Name);
        var path = Path(setting);
        if (text.Length > 0 && path.Length > 0)
        {
            errors.Add(
                $"{setting.Name} and {setting.FileName} are both set{PlaceOf(setting.Name)}: set one of them; "
                    + $"for example {setting.FileName}=/run/secrets/value");
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

        errors.Add(
            $"{setting.FileName}={path}{PlaceOf(setting.FileName)}: "
                + $"must be the path of a file that holds the value of {setting.Name} ({reason}); "
                + $"for example {setting.FileName}=/run/secrets/value");
        return null;
    }
}

namespace Notify.Server.Options;

/// <summary>A place where settings are written: the environment, or the configuration file.</summary>
/// <param name="Place">Said behind a value in errors; empty for the environment, where everyone looks first.</param>
/// <param name="Values">What is written there; an empty value is not set.</param>
internal sealed record SettingSource(string Place, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>
    /// Finds the text of a setting, directly or in the file that <c>NAME_FILE</c> names. Null when it is not set here;
    /// what is wrong is added to <paramref name="errors"/>.
    /// </summary>
    /// <param name="setting">The setting to find.</param>
    /// <param name="errors">Takes a line for what is wrong.</param>
    /// <param name="isSet">Whether this source says anything about it, be it wrong.</param>
    public string? Find(Setting setting, List<string> errors, out bool isSet)
    {
        var text = Values.GetValueOrDefault(setting.Name, "");
        var path = setting.MayBeFile ? Values.GetValueOrDefault(setting.FileName, "") : "";
        isSet = text.Length > 0 || path.Length > 0;
        if (text.Length > 0 && path.Length > 0)
        {
            errors.Add($"{setting.Name} and {setting.FileName} are both set{Place}: set one of them; for example {setting.FileName}=/run/secrets/value");
            return null;
        }

        return path.Length > 0 ? ReadFile(setting, path, errors) : text.Length > 0 ? text : null;
    }

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
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            reason = e.Message;
        }

        errors.Add($"{setting.FileName}={path}{Place}: must be the path of a file that holds the value of {setting.Name} ({reason}); for example {setting.FileName}=/run/secrets/value");
        return null;
    }
}

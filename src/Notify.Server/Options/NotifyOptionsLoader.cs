namespace Notify.Server.Options;

/// <summary>Reads the settings of the server from where operators write them.</summary>
public static class NotifyOptionsLoader
{
    private const string Section = "Notify";
    private const string FilePlace = " (in section Notify of appsettings.json)";

    /// <summary>
    /// The options: what the environment says, else what the section <c>Notify</c> of the configuration file says under the same
    /// names, else the defaults. An empty value is not set.
    /// </summary>
    /// <param name="environment">The environment variables; those of others are ignored.</param>
    /// <param name="file">The configuration that holds the section; null when there is none.</param>
    /// <exception cref="OptionsException">Anything is wrong; carries every error.</exception>
    public static NotifyOptions Load(IReadOnlyDictionary<string, string> environment, IConfiguration? file)
    {
        var errors = new List<string>();
        var members = ReadSection(file, errors);
        SettingSource[] sources = [new("", environment), new(FilePlace, members)];
        var options = SettingTable.All.Aggregate(new NotifyOptions(), (options, setting) => Apply(options, setting, sources, errors));
        CheckTls(options.Listen, sources, errors);
        AddUnknown(environment.Where(pair => SettingNames.IsClaimed(pair.Key)), "", errors);
        AddUnknown(members, FilePlace, errors);
        return errors.Count == 0 ? options : throw new OptionsException(errors);
    }

    private static NotifyOptions Apply(NotifyOptions options, Setting setting, SettingSource[] sources, List<string> errors)
    {
        foreach (var source in sources)
        {
            var found = source.Find(setting, errors, out var isSet);
            if (!isSet)
            {
                continue;
            }

            if (found is null)
            {
                return options;
            }

            var text = setting.IsSecret ? found : found.Trim();
            if (setting.Apply(options, text) is { } applied)
            {
                return applied;
            }

            var shown = setting.IsSecret ? " (value not shown)" : "=" + text;
            errors.Add($"{setting.Name}{shown}{source.Place}: must be {setting.Allowed}; for example {setting.Name}={setting.Example}");
            return options;
        }

        return options;
    }

    private static void CheckTls(ListenOptions listen, SettingSource[] sources, List<string> errors)
    {
        CheckPair("SSL_CERT", listen.CertificatePath, "SSL_KEY", "/etc/notify/tls.key");
        CheckPair("SSL_KEY", listen.KeyPath, "SSL_CERT", "/etc/notify/tls.crt");

        void CheckPair(string name, string? value, string other, string example)
        {
            // A value that is set and wrong has its own error already.
            if (value is not null && sources.All(source => source.Values.GetValueOrDefault(other, "").Length == 0))
            {
                errors.Add($"{name}={value}: must be set together with {other}, or neither; for example {other}={example}");
            }
        }
    }

    private static void AddUnknown(IEnumerable<KeyValuePair<string, string>> values, string place, List<string> errors)
    {
        var unknown = values.Where(pair => pair.Value.Length > 0 && !SettingNames.IsKnown(pair.Key)).Select(pair => pair.Key);
        errors.AddRange(unknown.Order(StringComparer.Ordinal).Select(name => $"{name}{place}: there is no such setting; the nearest is {SettingNames.NearestExample(name)}"));
    }

    private static Dictionary<string, string> ReadSection(IConfiguration? file, List<string> errors)
    {
        var members = new Dictionary<string, string>();
        foreach (var child in file?.GetSection(Section).GetChildren() ?? [])
        {
            if (child.GetChildren().Any())
            {
                errors.Add($"{child.Key}{FilePlace}: must be a single value, as in the environment; for example \"NOTIFY_MAX_BODY\": \"100kb\"");
                continue;
            }

            members[child.Key] = child.Value ?? "";
        }

        return members;
    }
}

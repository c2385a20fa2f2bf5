using Notify.Server.Tls;

namespace Notify.Server.Options;

/// <summary>Reads the server's settings from the environment and the configuration file.</summary>
public static class NotifyOptionsLoader
{
    /// <summary>
    /// Returns the options. An environment variable takes precedence over the same name in the section <c>Notify</c> of the configuration
    /// file, and that over the default. An empty value counts as not set.
    /// </summary>
    /// <param name="environment">The environment variables. Those of other programs are ignored.</param>
    /// <param name="file">The configuration with the section; null when there is none.</param>
    /// <exception cref="OptionsException">A setting is invalid. The exception contains every error.</exception>
    public static NotifyOptions Load(IReadOnlyDictionary<string, string> environment, IConfiguration? file)
    {
        var reading = Read(environment, file);
        return reading.Errors.Count == 0 ? reading.Options : throw new OptionsException(reading.Errors);
    }

    /// <summary>Returns the options, the origin of each value, and all errors and warnings.</summary>
    internal static OptionsReading Read(IReadOnlyDictionary<string, string> environment, IConfiguration? file)
    {
        var errors = new List<string>();
        var warnings = new List<string>();
        var settings = new List<EffectiveSetting>();
        var section = ConfigurationSection.Read(file, errors);
        SettingSource[] sources = [SettingSource.Environment(environment), section];
        var options = SettingTable.All.Aggregate(
            new NotifyOptions(), (options, setting) => Apply(options, setting, sources, settings, errors));
        options = options with
        {
            Access = options.Access with { Rules = ConfigurationSection.ReadRules(file, options.Access.Rules, errors) },
        };
        CheckTls(options.Listen, sources, errors, warnings);
        CheckSecret(options, errors, warnings);
        AccessChecks.Check(options, errors, warnings);
        ClusterRules.Check(options, errors, warnings);
        AddUnknown(sources[0], SettingNames.IsClaimed, errors);
        AddUnknown(section, static _ => true, errors);
        LogLevels.Check(file, errors);
        AddInjectedPorts(environment, warnings);
        return new OptionsReading(options, settings, errors, warnings) { OpenTelemetry = OtelVariables.Read(environment) };
    }

    private static NotifyOptions Apply(
        NotifyOptions options, Setting setting, SettingSource[] sources, List<EffectiveSetting> settings, List<string> errors)
    {
        var source = Array.Find(sources, source => source.Has(setting));
        if (source is null)
        {
            settings.Add(new EffectiveSetting(setting, setting.Default, "default"));
            return options;
        }

        if (source.Find(setting, errors) is not { } found)
        {
            return options;
        }

        var text = setting.IsSecret ? found.Text : found.Text.Trim();
        if (setting.Apply(options, text) is { } applied)
        {
            settings.Add(new EffectiveSetting(setting, text, found.Origin));
            return applied;
        }

        var shown = setting.Show(text) is { } value ? "=" + value : " (value not shown)";
        errors.Add(
            $"{setting.Name}{shown}{source.PlaceOf(setting.Name)}: must be {setting.Allowed}; "
                + $"for example {setting.Name}={setting.Example}");
        return options;
    }

    private static void CheckTls(ListenOptions listen, SettingSource[] sources, List<string> errors, List<string> warnings)
    {
        if (listen is { CertificatePath: { } certificatePath, KeyPath: { } keyPath })
        {
            var reading = TlsFiles.Read(certificatePath, keyPath);
            errors.AddRange(reading.Errors);
            if (reading.Certificate?.Warning(DateTimeOffset.UtcNow) is { } warning)
            {
                warnings.Add(warning);
            }

            return;
        }

        CheckPair("SSL_CERT", listen.CertificatePath, "SSL_KEY", "/etc/notify/tls.key");
        CheckPair("SSL_KEY", listen.KeyPath, "SSL_CERT", "/etc/notify/tls.crt");

        void CheckPair(string name, string? value, string other, string example)
        {
            // A value that is set but invalid already has an error of its own.
            if (value is not null && sources.All(source => source.Values.GetValueOrDefault(other, "").Length == 0))
            {
                errors.Add($"{name}={value}: must be set together with {other}, or neither; for example {other}={example}");
            }
        }
    }

    // The console and the clients' connections are public in any case. The default secret lets programs on this host publish.
    private static void CheckSecret(NotifyOptions options, List<string> errors, List<string> warnings)
    {
        if (options.Access is { IsPreviousSecretDefault: true, IsSecretDefault: false })
        {
            errors.Add(
                "NOTIFICATION_SECRET_PREVIOUS (value not shown): must not be the default secret, which everybody knows; leave it out");
        }

        if (!options.Access.AcceptsDefaultSecret || options.Listen.IsLoopback)
        {
            return;
        }

        warnings.Add(options.Access.IsInsecure
            ? "NOTIFICATION_SECRET is at its default and NOTIFY_INSECURE is on, so everybody who reaches this port may send; "
                + "set NOTIFICATION_SECRET to a secret of your own"
            : "NOTIFICATION_SECRET is at its default, so only programs on this host may send; "
                + "set it to a secret of your own before other hosts send");
    }

    private static void AddUnknown(SettingSource source, Func<string, bool> isClaimed, List<string> errors)
    {
        var unknown = source.Values
            .Where(pair => pair.Value.Length > 0 && isClaimed(pair.Key) && !SettingNames.IsKnown(pair.Key))
            .Select(pair => pair.Key);
        errors.AddRange(unknown.Order(StringComparer.Ordinal)
            .Select(name => $"{name}{source.PlaceOf(name)}: there is no such setting; the nearest is {SettingNames.NearestExample(name)}"));
    }

    // Kubernetes sets these names to addresses, so they are not errors. A plain number was set by a person and means the port.
    private static void AddInjectedPorts(IReadOnlyDictionary<string, string> environment, List<string> warnings)
    {
        foreach (var name in (string[])["NOTIFY_PORT", "NOTIFICATION_PORT"])
        {
            var value = environment.GetValueOrDefault(name, "").Trim();
            if (value.Length > 0 && value.All(char.IsAsciiDigit))
            {
                warnings.Add($"{name}={value} is no setting and does nothing; the port to listen on is PORT, for example PORT={value}");
            }
        }
    }
}

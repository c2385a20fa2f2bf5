using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;
using Notify.Protocol.Tokens;

namespace Notify.Server.Options;

/// <summary>Reads the section <c>Notify</c> of the configuration, whose members have the names of the environment variables.</summary>
internal static class ConfigurationSection
{
    private const string Name = "Notify";
    private const string FileName = "appsettings.json";
    private const string AccessSection = "Access";
    private const string Rules = "Rules";

    /// <summary>Reads the section; null counts as empty. A member that is not a single value is an error.</summary>
    public static SettingSource Read(IConfiguration? file, List<string> errors)
    {
        var members = new Dictionary<string, string>();
        foreach (var child in file?.GetSection(Name).GetChildren() ?? [])
        {
            if (child.Key == AccessSection)
            {
                // Read by ReadRules.
                continue;
            }

            if (child.GetChildren().FirstOrDefault() is { } part)
            {
                errors.Add(
                    $"{child.Key} (in {Origin(file!, part.Path)}): must be one text, as in the environment, not a list and not an "
                        + $"object; for example {Example(child.Key)}");
                continue;
            }

            members[child.Key] = child.Value ?? "";
        }

        return new SettingSource(members, name => Origin(file!, $"{Name}:{name}"), name => $" (in {Origin(file!, $"{Name}:{name}")})");
    }

    /// <summary>
    /// Reads <c>Notify:Access:Rules</c>: an object of patterns and their rules, for patterns with a comma or an equals sign. They are added
    /// to the rules of <c>NOTIFY_ACCESS</c>.
    /// </summary>
    public static AccessRules ReadRules(IConfiguration? file, AccessRules rules, List<string> errors)
    {
        var section = file?.GetSection($"{Name}:{AccessSection}");
        foreach (var child in section?.GetChildren() ?? [])
        {
            if (child.Key != Rules)
            {
                errors.Add(
                    $"{AccessSection}:{child.Key} (in {Origin(file!, child.Path)}): there is no such setting; the only one is "
                        + $"{AccessSection}:{Rules}");
            }
        }

        var added = new List<KeyValuePair<ChannelPattern, AccessRule>>(rules.Patterns);

        // A pattern with a colon is a path to the configuration, so all leaves are read with their whole paths.
        foreach (var (text, value) in section?.GetSection(Rules).AsEnumerable(makePathsRelative: true) ?? [])
        {
            if (value is null)
            {
                continue;
            }

            if (!ChannelPattern.TryParse(text, out var pattern) || !AccessRules.TryParseRule(value, out var rule))
            {
                errors.Add(
                    $"{AccessSection}:{Rules}:{text}={value} (in {FileName}): must be a channel name, or a prefix and *, and one of open, "
                        + "user, token, ask and closed; for example \"order:*\": \"token\"");
                continue;
            }

            added.Add(new(pattern, rule));
        }

        if (added.Count == rules.Patterns.Count)
        {
            return rules;
        }

        if (AccessRules.TryCreate(rules.Default, added) is { } created)
        {
            return created;
        }

        errors.Add(
            $"{AccessSection}:{Rules} (in {FileName}): must have, together with NOTIFY_ACCESS, at most {AccessRules.MaxRules} patterns, "
                + "each once");
        return rules;
    }

    /// <summary>Describes the origin of a configuration value. The last provider that has the value counts.</summary>
    public static string Origin(IConfiguration file, string path) => Provider(file, path) switch
    {
        EnvironmentVariablesConfigurationProvider => $"environment variable {path.Replace(":", "__", StringComparison.Ordinal)}",
        JsonConfigurationProvider { Source.Path: { } name } => $"section {SectionOf(path)} of {name}",
        _ => $"section {SectionOf(path)} of {FileName}",
    };

    private static IConfigurationProvider? Provider(IConfiguration file, string path) =>
        (file as IConfigurationRoot)?.Providers.LastOrDefault(provider => provider.TryGet(path, out _));

    private static string SectionOf(string path) => path.Split(':')[0];

    private static string Example(string name)
    {
        var setting = SettingTable.All.FirstOrDefault(setting => setting.Name == name);
        return $"\"{setting?.Name ?? "NOTIFY_MAX_BODY"}\": \"{setting?.Example ?? "100kb"}\"";
    }
}

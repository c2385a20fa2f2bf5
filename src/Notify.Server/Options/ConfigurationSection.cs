using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;

namespace Notify.Server.Options;

/// <summary>Reads the section <c>Notify</c> of the configuration, whose members have the names of the environment variables.</summary>
internal static class ConfigurationSection
{
    private const string Name = "Notify";
    private const string FileName = "appsettings.json";

    /// <summary>Reads the section; null counts as empty. A member that is not a single value is an error.</summary>
    public static SettingSource Read(IConfiguration? file, List<string> errors)
    {
        var members = new Dictionary<string, string>();
        foreach (var child in file?.GetSection(Name).GetChildren() ?? [])
        {
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

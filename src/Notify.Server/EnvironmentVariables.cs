using System.Collections;

namespace Notify.Server;

/// <summary>Reads the environment of the process.</summary>
internal static class EnvironmentVariables
{
    public static IReadOnlyDictionary<string, string> Read() => Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);
}

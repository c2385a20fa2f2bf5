using System.Text.Json;
using System.Text.RegularExpressions;

namespace Notify.Server.Options;

/// <summary>Describes where a configuration file is not valid JSON.</summary>
internal static partial class ConfigurationFileError
{
    /// <summary>Returns one line with the file, the position and the error.</summary>
    public static string Explain(InvalidDataException exception)
    {
        var path = PathIn().Match(exception.Message).Groups["path"].Value;
        return exception.GetBaseException() is JsonException { LineNumber: { } line } json
            ? $"{path}: is no JSON, in or before line {line + 1}: {Position().Replace(json.Message, "")}"
            : $"{path}: {exception.GetBaseException().Message}";
    }

    [GeneratedRegex("'(?<path>[^']*)'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PathIn();

    // The framework's position, which counts from 0, is replaced by one that counts from 1.
    [GeneratedRegex(" LineNumber: .*$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Position();
}

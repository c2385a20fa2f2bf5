using System.Text.Json;
using System.Text.RegularExpressions;

namespace Notify.Server.Options;

/// <summary>Says where a configuration file is no JSON.</summary>
internal static partial class ConfigurationFileError
{
    /// <summary>One line: the file, the place in it, and what is wrong there.</summary>
    public static string Explain(InvalidDataException exception)
    {
        var path = PathIn().Match(exception.Message).Groups["path"].Value;
        return exception.GetBaseException() is JsonException { LineNumber: { } line } json
            ? $"{path}: is no JSON, in or before line {line + 1}: {Position().Replace(json.Message, "")}"
            : $"{path}: {exception.GetBaseException().Message}";
    }

    [GeneratedRegex("'(?<path>[^']*)'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PathIn();

    // The place is said in numbers that begin with 1.
    [GeneratedRegex(" LineNumber: .*$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Position();
}

namespace Notify.Server.Options;

/// <summary>
/// Validates the log levels of the section <c>Logging</c>. It is the framework's own setting, and an invalid value would otherwise end the
/// start with a stack trace.
/// </summary>
internal static class LogLevels
{
    /// <summary>Adds an error for each invalid level.</summary>
    public static void Check(IConfiguration? file, List<string> errors)
    {
        foreach (var (path, value) in file?.GetSection("Logging").AsEnumerable() ?? [])
        {
            if (value is { Length: > 0 }
                && path.Contains(":LogLevel:", StringComparison.OrdinalIgnoreCase)
                && !Enum.TryParse<LogLevel>(value, ignoreCase: true, out _))
            {
                errors.Add(
                    $"{path}={value} (in {ConfigurationSection.Origin(file!, path)}): must be one of "
                    + $"{string.Join(", ", Enum.GetNames<LogLevel>())}; for example Information");
            }
        }
    }
}

namespace Notify.Server.Options;

/// <summary>Why a file that an operator named cannot be read, in words that do not change with the platform.</summary>
internal static class FileReadError
{
    /// <summary>Whether an exception is about the file, and not a failure of the program.</summary>
    public static bool Is(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;

    /// <summary>The reason.</summary>
    public static string Reason(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => "there is no such file",
        UnauthorizedAccessException => "it is a folder, or this user may not read it",
        _ => exception.Message,
    };
}

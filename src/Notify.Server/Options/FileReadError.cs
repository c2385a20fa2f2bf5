namespace Notify.Server.Options;

/// <summary>Explains why an operator's file cannot be read, in the same words on every platform.</summary>
internal static class FileReadError
{
    /// <summary>Returns whether an exception is about the file, and not a bug in the program.</summary>
    public static bool Is(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;

    /// <summary>Returns the reason.</summary>
    public static string Reason(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => "there is no such file",
        UnauthorizedAccessException => "it is a folder, or this user may not read it",
        _ => exception.Message,
    };
}

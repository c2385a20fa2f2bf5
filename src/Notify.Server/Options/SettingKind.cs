namespace Notify.Server.Options;

/// <summary>Converts between the text and the value of a setting.</summary>
/// <typeparam name="T">The value's type.</typeparam>
/// <param name="allowed">The allowed values, as the text after "must be".</param>
/// <param name="read">Parses a text that is not empty. Returns false when it is invalid.</param>
/// <param name="write">Formats a value for the documentation.</param>
internal sealed class SettingKind<T>(string allowed, SettingKind<T>.Reader read, Func<T, string> write)
{
    /// <summary>Parses a text. Returns false when it is invalid.</summary>
    internal delegate bool Reader(string text, out T value);

    /// <summary>Gets the allowed values, as the text after "must be".</summary>
    public string Allowed { get; } = allowed;

    /// <summary>Parses a text that is not empty. Returns false when it is invalid.</summary>
    public bool TryRead(string text, out T value) => read(text, out value);

    /// <summary>Formats a value for the documentation.</summary>
    public string Write(T value) => write(value);
}

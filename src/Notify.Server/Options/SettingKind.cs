namespace Notify.Server.Options;

/// <summary>How the text of a setting becomes a value and back.</summary>
/// <typeparam name="T">The value's type.</typeparam>
/// <param name="allowed">What is allowed, to stand behind "must be".</param>
/// <param name="read">Makes a value of a text that is not empty; false refuses it.</param>
/// <param name="write">How the value stands in documentation.</param>
internal sealed class SettingKind<T>(string allowed, SettingKind<T>.Reader read, Func<T, string> write)
{
    /// <summary>Makes a value of a text; false refuses it.</summary>
    internal delegate bool Reader(string text, out T value);

    /// <summary>What is allowed, to stand behind "must be".</summary>
    public string Allowed { get; } = allowed;

    /// <summary>Makes a value of a text that is not empty; false refuses it.</summary>
    public bool TryRead(string text, out T value) => read(text, out value);

    /// <summary>How the value stands in documentation.</summary>
    public string Write(T value) => write(value);
}

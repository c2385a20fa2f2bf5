namespace Notify.Server.Options;

/// <summary>Describes a setting, one row of the table: its name, and the option that it sets.</summary>
internal abstract record Setting
{
    /// <summary>Gets the name of the environment variable and of the member in the configuration file.</summary>
    public required string Name { get; init; }

    /// <summary>Gets a short description for the documentation.</summary>
    public required string Effect { get; init; }

    /// <summary>Gets a valid value.</summary>
    public required string Example { get; init; }

    /// <summary>Gets whether the value must never be shown.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Gets the function that removes the secret parts of a value.</summary>
    public Func<string, string> Redact { get; init; } = static text => text;

    /// <summary>Gets whether <c>NAME_FILE</c> may name a file that contains the value.</summary>
    public bool MayBeFile { get; init; }

    /// <summary>Gets the name of the variable that names a file with the value.</summary>
    public string FileName => Name + "_FILE";

    /// <summary>Gets the allowed values, as the text after "must be".</summary>
    public abstract string Allowed { get; }

    /// <summary>Gets the default as an operator would write it; empty for none.</summary>
    public abstract string Default { get; }

    /// <summary>Returns a value for output; null when it must not be shown.</summary>
    public string? Show(string text) => IsSecret ? null : Redact(text);

    /// <summary>Returns <paramref name="options"/> with the value of <paramref name="text"/>; null when the text is invalid.</summary>
    public abstract NotifyOptions? Apply(NotifyOptions options, string text);
}

/// <inheritdoc/>
/// <typeparam name="T">The value's type.</typeparam>
/// <param name="Kind">Converts between text and value.</param>
/// <param name="Read">Reads the value from the options.</param>
/// <param name="With">Sets the value in the options.</param>
internal sealed record Setting<T>(SettingKind<T> Kind, Func<NotifyOptions, T> Read, Func<NotifyOptions, T, NotifyOptions> With) : Setting
{
    /// <inheritdoc/>
    public override string Allowed => Kind.Allowed;

    /// <inheritdoc/>
    public override string Default => Kind.Write(Read(new NotifyOptions()));

    /// <inheritdoc/>
    public override NotifyOptions? Apply(NotifyOptions options, string text) =>
        Kind.TryRead(text, out var value) ? With(options, value) : null;
}

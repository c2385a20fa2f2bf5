namespace Notify.Server.Options;

/// <summary>One line of the table of settings: a name that an operator may set and where its value goes.</summary>
internal abstract record Setting
{
    /// <summary>The name of the environment variable, and of the member of the configuration file.</summary>
    public required string Name { get; init; }

    /// <summary>What it does, in a few words for documentation.</summary>
    public required string Effect { get; init; }

    /// <summary>A right value.</summary>
    public required string Example { get; init; }

    /// <summary>Whether the value must never be shown.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Takes the secret parts out of a value of which the rest may be shown.</summary>
    public Func<string, string> Redact { get; init; } = static text => text;

    /// <summary>Whether <c>NAME_FILE</c> may name a file that holds the value.</summary>
    public bool MayBeFile { get; init; }

    /// <summary>The name that names a file with the value.</summary>
    public string FileName => Name + "_FILE";

    /// <summary>What is allowed, to stand behind "must be".</summary>
    public abstract string Allowed { get; }

    /// <summary>The default as an operator would write it; empty for nothing.</summary>
    public abstract string Default { get; }

    /// <summary>A value as it may be printed; null when it must not be.</summary>
    public string? Show(string text) => IsSecret ? null : Redact(text);

    /// <summary><paramref name="options"/> with the value of <paramref name="text"/>; null when the text is not allowed.</summary>
    public abstract NotifyOptions? Apply(NotifyOptions options, string text);
}

/// <inheritdoc/>
/// <typeparam name="T">The value's type.</typeparam>
/// <param name="Kind">How text becomes a value.</param>
/// <param name="Read">Where the value stands.</param>
/// <param name="With">Puts the value where it stands.</param>
internal sealed record Setting<T>(SettingKind<T> Kind, Func<NotifyOptions, T> Read, Func<NotifyOptions, T, NotifyOptions> With) : Setting
{
    /// <inheritdoc/>
    public override string Allowed => Kind.Allowed;

    /// <inheritdoc/>
    public override string Default => Kind.Write(Read(new NotifyOptions()));

    /// <inheritdoc/>
    public override NotifyOptions? Apply(NotifyOptions options, string text) => Kind.TryRead(text, out var value) ? With(options, value) : null;
}

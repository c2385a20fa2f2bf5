namespace Notify.Server.Options;

/// <summary>The settings cannot be used; says everything that is wrong with them at once.</summary>
public sealed class OptionsException : Exception
{
    /// <summary>Makes an exception without a reason.</summary>
    public OptionsException()
        : this([])
    {
    }

    /// <summary>Makes an exception of one error.</summary>
    public OptionsException(string message)
        : this([message])
    {
    }

    /// <summary>Makes an exception of one error with its cause.</summary>
    public OptionsException(string message, Exception innerException)
        : base(message, innerException) => Errors = [message];

    /// <summary>Makes an exception of all errors.</summary>
    public OptionsException(IReadOnlyList<string> errors)
        : base(string.Join(Environment.NewLine, errors)) => Errors = errors;

    /// <summary>One line per error: the setting, its value (never a secret), what is allowed, an example.</summary>
    public IReadOnlyList<string> Errors { get; }
}

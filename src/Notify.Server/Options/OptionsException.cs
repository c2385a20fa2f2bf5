namespace Notify.Server.Options;

/// <summary>Reports all errors in the settings at once.</summary>
public sealed class OptionsException : Exception
{
    /// <summary>Creates an exception without a reason.</summary>
    public OptionsException()
        : this([])
    {
    }

    /// <summary>Creates an exception with one error.</summary>
    public OptionsException(string message)
        : this([message])
    {
    }

    /// <summary>Creates an exception with one error and its cause.</summary>
    public OptionsException(string message, Exception innerException)
        : base(message, innerException) => Errors = [message];

    /// <summary>Creates an exception with all errors.</summary>
    public OptionsException(IReadOnlyList<string> errors)
        : base(string.Join(Environment.NewLine, errors)) => Errors = errors;

    /// <summary>Gets one line for each error: the setting, its value (never a secret), the allowed values, an example.</summary>
    public IReadOnlyList<string> Errors { get; }
}

namespace Notify.Server.Commands;

/// <summary>Is thrown when a command cannot succeed. Its message is all that the user is shown.</summary>
internal sealed class CommandException : Exception
{
    public CommandException(string message, int code = ExitCodes.Failed, Exception? inner = null)
        : base(message, inner) => Code = code;

    /// <summary>Gets the exit code.</summary>
    public int Code { get; }
}

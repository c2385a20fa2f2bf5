namespace Notify.Server.Commands;

/// <summary>Defines the exit codes of the commands.</summary>
internal static class ExitCodes
{
    /// <summary>It is done.</summary>
    public const int Done = 0;

    /// <summary>It did not succeed: refused, unreachable, or lost.</summary>
    public const int Failed = 1;

    /// <summary>An argument or a setting is wrong.</summary>
    public const int Wrong = 2;

    /// <summary>It is done in part: a node did not answer.</summary>
    public const int Partly = 3;

    /// <summary>It was interrupted.</summary>
    public const int Interrupted = 130;
}

namespace Notify.Server.Options;

/// <summary>Lists the formats of log lines.</summary>
public enum LogFormat
{
    /// <summary>Lines for people.</summary>
    Text,

    /// <summary>One JSON object a line, for programs.</summary>
    Json,
}

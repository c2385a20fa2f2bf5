namespace Notify.Client;

/// <summary>Specifies what a listener does.</summary>
public enum ListenState
{
    /// <summary>It connects and joins its channels.</summary>
    Connecting,

    /// <summary>It has joined all of its channels.</summary>
    Listening,

    /// <summary>It has lost the connection, and connects again after a pause.</summary>
    Waiting,
}

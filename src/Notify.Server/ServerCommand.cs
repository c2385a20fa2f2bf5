namespace Notify.Server;

/// <summary>What the program is started for.</summary>
internal enum ServerCommand
{
    /// <summary>To serve.</summary>
    Serve,

    /// <summary>To check the settings.</summary>
    Check,

    /// <summary>To ask a running server whether it lives.</summary>
    Health,

    /// <summary>To give every channel of a restored store a new epoch.</summary>
    NewEpochs,

    /// <summary>To create a secret for a backend.</summary>
    Secret,

    /// <summary>To do one of the commands that talk to a server, or work without one.</summary>
    Verb,

    /// <summary>To print the version.</summary>
    Version,

    /// <summary>To explain itself.</summary>
    Help,

    /// <summary>For something that it does not do.</summary>
    Unknown,
}

using System.CommandLine;

namespace Notify.Server.Commands;

/// <summary>Creates the option that prints JSON for programs.</summary>
internal static class JsonOption
{
    /// <summary>Creates the option.</summary>
    public static Option<bool> Create() => new("--json") { Description = "Prints JSON for programs, as the server answers it." };
}

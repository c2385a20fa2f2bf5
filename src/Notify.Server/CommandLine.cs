using System.Text;
using Notify.Server.Options;

namespace Notify.Server;

/// <summary>What the arguments of the program ask for. Settings are no arguments.</summary>
/// <param name="Command">What to do.</param>
/// <param name="Error">Why nothing can be done, and what to write instead.</param>
internal sealed record CommandLine(ServerCommand Command, string? Error = null)
{
    private static readonly Dictionary<string, ServerCommand> Commands = new(StringComparer.Ordinal)
    {
        ["--check"] = ServerCommand.Check,
        ["--health"] = ServerCommand.Health,
        ["--new-epochs"] = ServerCommand.NewEpochs,
        ["--help"] = ServerCommand.Help,
        ["-h"] = ServerCommand.Help,
    };

    /// <summary>What <c>--help</c> prints.</summary>
    public static string Help
    {
        get
        {
            var text = new StringBuilder("""
                Notify, a notification broker.

                  Notify.Server                serves
                  Notify.Server --check        prints the settings in effect and where each comes from, or everything that
                                               is wrong with them and with the certificate; exit code 0 or 2
                  Notify.Server --health       asks the server that runs with the same settings on this host whether it
                                               lives; exit code 0 or 1
                  Notify.Server --new-epochs   after a copy of the store's files was put back, before the server starts: tells
                                               clients that what they know of the history is not this one
                  Notify.Server --help         prints this

                Settings are environment variables, or members of the section Notify of config/appsettings.json:


                """);
            var width = SettingTable.All.Max(setting => setting.Name.Length);
            foreach (var setting in SettingTable.All)
            {
                text.Append($"  {setting.Name.PadRight(width)}  {setting.Effect.Replace("`", "", StringComparison.Ordinal)}\n");
            }

            return text.ToString();
        }
    }

    /// <summary>Reads the arguments.</summary>
    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        if (arguments.FirstOrDefault(argument => !Commands.ContainsKey(argument)) is { } unknown)
        {
            return new CommandLine(ServerCommand.Unknown, Explain(unknown));
        }

        return arguments.Count switch
        {
            0 => new CommandLine(ServerCommand.Serve),
            1 => new CommandLine(Commands[arguments[0]]),
            _ => new CommandLine(ServerCommand.Unknown, $"{string.Join(' ', arguments)}: one argument at a time"),
        };
    }

    private static string Explain(string argument)
    {
        var parts = argument.Split('=', 2);
        var name = parts[0].TrimStart('-').Replace('-', '_').ToUpperInvariant();
        var setting = SettingTable.All.FirstOrDefault(setting => setting.Name == name || setting.Name == "NOTIFY_" + name);
        if (setting is not null)
        {
            return $"{parts[0]}: settings are environment variables, not arguments; for example {setting.Name}={setting.Example}";
        }

        var nearest = Commands.Keys.MinBy(known => EditDistance.Between(known, parts[0]))!;
        return EditDistance.Between(nearest, parts[0]) <= nearest.Length / 3
            ? $"{parts[0]}: there is no such argument; the nearest is {nearest}"
            : $"{parts[0]}: there is no such argument; --help lists those that there are, and all settings, which are environment variables";
    }
}

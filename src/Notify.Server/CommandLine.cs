using System.Text;
using Notify.Server.Backends;
using Notify.Server.Commands;
using Notify.Server.Options;

namespace Notify.Server;

/// <summary>What the arguments of the program ask for. Settings are no arguments.</summary>
/// <param name="Command">What to do.</param>
/// <param name="Error">Why nothing can be done, and what to write instead.</param>
/// <param name="Name">The name of the backend for which a secret is created; null for other commands.</param>
internal sealed record CommandLine(ServerCommand Command, string? Error = null, string? Name = null)
{
    private const string Secret = "secret";

    private static readonly Dictionary<string, ServerCommand> Commands = new(StringComparer.Ordinal)
    {
        ["serve"] = ServerCommand.Serve,
        ["check-config"] = ServerCommand.Check,
        ["--check"] = ServerCommand.Check,
        ["health"] = ServerCommand.Health,
        ["--health"] = ServerCommand.Health,
        ["new-epochs"] = ServerCommand.NewEpochs,
        ["--new-epochs"] = ServerCommand.NewEpochs,
        ["--version"] = ServerCommand.Version,
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

                Without an argument, or with serve, it runs the server. With another one:

                  check-config   prints the settings in effect and where each comes from, or everything that is wrong with
                                 them and with the certificate; exit code 0 or 2
                  health         asks the server that runs with the same settings on this host whether it is alive;
                                 exit code 0 or 1
                  new-epochs     gives every channel a new epoch, so that clients load their state again; run it after
                                 you restored a backup of the store and before you start the server
                  secret NAME    prints a new secret for the backend NAME, and its entry for the file of NOTIFY_SECRETS
                  --version      prints the version and the commit
                  --help         prints this

                The first three may also be written --check, --health and --new-epochs. Further commands, each with a --help
                of its own:


                """);
            foreach (var (name, effect) in CommandVerbs.All)
            {
                text.Append($"  {name,-13}  {effect}\n");
            }

            text.Append("""

                Type the argument behind the command that starts the server, for example:

                  dotnet run --project src/Notify.Server -- new-epochs
                  dotnet Notify.Server.dll new-epochs
                  dotnet Notify.Server.dll send news --json '{"title":"Hello"}'
                  docker run --rm -v notify-data:/data notify new-epochs

                new-epochs needs the settings of the server (NOTIFY_STORE above all). From published files, run it in the
                server's working directory; in a container, give it the volume that the server has at /data.

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
        if (arguments is [Secret, ..])
        {
            return arguments is [_, var name] && Backend.IsName(name) && name != Backend.DefaultName
                ? new CommandLine(ServerCommand.Secret, Name: name)
                : new CommandLine(
                    ServerCommand.Unknown,
                    $"{string.Join(' ', arguments)}: secret wants one name of 1 to {Backend.MaxName} small letters, digits and hyphens, "
                        + $"and not {Backend.DefaultName}; for example secret shop");
        }

        if (arguments is [var verb, ..] && CommandVerbs.Contains(verb))
        {
            return new CommandLine(ServerCommand.Verb);
        }

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

        var names = Commands.Keys.Concat(CommandVerbs.All.Select(static each => each.Name));
        var nearest = names.MinBy(known => EditDistance.Between(known, parts[0]))!;
        return EditDistance.Between(nearest, parts[0]) <= nearest.Length / 3
            ? $"{parts[0]}: there is no such argument; the nearest is {nearest}"
            : $"{parts[0]}: there is no such argument; --help lists the arguments and the settings, which are environment variables";
    }
}

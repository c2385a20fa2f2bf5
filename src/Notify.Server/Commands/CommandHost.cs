using System.CommandLine;
using Notify.Client;

namespace Notify.Server.Commands;

/// <summary>Runs the commands, from their arguments to the exit code.</summary>
internal static class CommandHost
{
    /// <summary>Runs a command.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var root = new RootCommand("Notify, a notification broker.")
        {
            ConfigCommand.Create(),
            SendCommand.Create(),
            TailCommand.Create(),
            HistoryCommand.Create(),
            ListCommands.CreateChannels(),
            ListCommands.CreateNodes(),
            ListCommands.CreateConnections(),
            TrailCommand.Create(),
            SignOutCommands.CreateDisconnect(),
            SignOutCommands.CreateRevoke(),
            SignOutCommands.CreateBlock(),
            SignOutCommands.CreateUnblock(),
            TokenCommand.Create(),
            BenchCommand.Create(),
            MigrateCheckCommand.Create(),
            OpenApiCommand.Create(),
        };

        // A name that begins with @ is a channel, not a file of arguments.
        var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                await Console.Error.WriteLineAsync(error.Message);
            }

            await Console.Error.WriteLineAsync($"Write {arguments[0]} --help for the arguments.");
            return ExitCodes.Wrong;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    /// <summary>Sets what a command does. Failures that a user can do something about are one line.</summary>
    public static Command Does(this Command command, Func<ParseResult, CancellationToken, Task<int>> run)
    {
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                return await run(parsed, cancellation);
            }
            catch (CommandException exception)
            {
                await Console.Error.WriteLineAsync(exception.Message);
                return exception.Code;
            }
            catch (NotifyException exception)
            {
                await Console.Error.WriteLineAsync(exception.Message);
                return ExitCodes.Failed;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return ExitCodes.Interrupted;
            }
        });
        return command;
    }
}

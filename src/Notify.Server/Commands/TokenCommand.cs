using System.CommandLine;
using Notify.Protocol.Tokens;
using Notify.Server.Backends;
using Notify.Server.Options;

namespace Notify.Server.Commands;

/// <summary>Implements <c>token</c> and <c>token inspect</c>, which need the settings of the server and no server.</summary>
internal static class TokenCommand
{
    private const string FromInput = "-";

    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        var user = new Option<string?>("--user") { Description = "The user; without it, a token of channels that has no user." };
        var channels = new Option<string?>("--channels")
        {
            Description = "Names, and prefixes with one * at the end, with commas between.",
        };
        var time = new Option<string>("--ttl") { Description = "How long it is valid.", DefaultValueFactory = _ => "15m" };
        var command = new Command("token", "Signs a token with NOTIFY_TOKEN_SECRET and prints it.") { user, channels, time };
        command.Subcommands.Add(CreateInspect());
        return command.Does(async (parsed, _) =>
        {
            var options = ReadOptions();
            if (options.Secret.Length == 0)
            {
                throw new CommandException(
                    "There is no secret to sign with. Set NOTIFY_TOKEN_SECRET as for the server; a new one: openssl rand -base64 32",
                    ExitCodes.Wrong);
            }

            var (name, patterns, life) = Read(parsed.GetValue(user), parsed.GetValue(channels), parsed.GetRequiredValue(time), options);
            var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
            var token = new TokenIssuer(options).Sign(name, patterns, now, now + (long)life.TotalSeconds) ?? throw new CommandException(
                $"The token would be longer than {TokenIssuer.MaxToken} characters. Name fewer channels, or a prefix.", ExitCodes.Wrong);
            await Console.Out.WriteLineAsync(token);
            return ExitCodes.Done;
        });
    }

    private static Command CreateInspect()
    {
        var token = new Argument<string>("TOKEN") { Description = "The token, or - to read it from the standard input." };
        var command = new Command("inspect", "Prints what a token says, and whether the server would accept it.") { token };
        return command.Does(async (parsed, cancellation) =>
        {
            var text = parsed.GetRequiredValue(token);
            text = text == FromInput ? await Console.In.ReadToEndAsync(cancellation) : text;
            return await TokenInspection.RunAsync(text.Trim(), ReadOptions(), Console.Out, cancellation);
        });
    }

    private static (string? User, List<ChannelPattern> Channels, TimeSpan Life) Read(
        string? user, string? channels, string time, TokenOptions options)
    {
        var patterns = new List<ChannelPattern>();
        foreach (var text in (channels ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!ChannelPattern.TryParse(text, out var pattern))
            {
                throw new CommandException(
                    $"--channels: {TerminalText.Of(text)} is neither a name of at most {ChannelPattern.MaxBytes} bytes "
                        + "nor a prefix with one * at its end",
                    ExitCodes.Wrong);
            }

            patterns.Add(pattern);
        }

        if (user is null && patterns.Count == 0)
        {
            throw new CommandException("--user or --channels is required; for example --user 42 --channels news,team:*", ExitCodes.Wrong);
        }

        if (user is not null && System.Text.Encoding.UTF8.GetByteCount(user) is 0 or > TokenIssuer.MaxUser)
        {
            throw new CommandException($"--user: must be 1 to {TokenIssuer.MaxUser} bytes of UTF-8", ExitCodes.Wrong);
        }

        return DurationText.TryParse(time, out var life) && life >= TimeSpan.FromSeconds(1) && life <= options.MaxAge
            ? (user, patterns, life)
            : throw new CommandException(
                $"--ttl {time}: must be 1s to {DurationText.Format(options.MaxAge)} (NOTIFY_TOKEN_MAX_AGE); for example --ttl 15m",
                ExitCodes.Wrong);
    }

    private static TokenOptions ReadOptions()
    {
        var (_, reading) = ServerProcess.Read();
        return reading.Errors.Count == 0
            ? reading.Options.Token
            : throw new CommandException(string.Join('\n', reading.Errors), ExitCodes.Wrong);
    }
}

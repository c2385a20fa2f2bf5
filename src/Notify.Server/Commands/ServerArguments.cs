using System.CommandLine;
using System.CommandLine.Parsing;
using Notify.Server.Options;

namespace Notify.Server.Commands;

/// <summary>Reads which server a command talks to, and with which secret. Secrets are never arguments.</summary>
internal sealed class ServerArguments
{
    private const string UrlVariable = "NOTIFY_URL";
    private const string SecretVariable = "NOTIFICATION_SECRET";
    private const string KeyVariable = "NOTIFICATION_KEY";

    private readonly Option<Uri?> _url = new("--url")
    {
        Description = $"The address of the server; by default {UrlVariable}, or http://localhost:3000.",
        CustomParser = ReadUrl,
    };

    private readonly Option<FileInfo?> _secretFile = new("--secret-file")
    {
        Description = $"The file that contains the secret; by default {SecretVariable} or {SecretVariable}_FILE.",
    };

    private readonly Option<string?> _secret = new("--secret") { Hidden = true };

    public ServerArguments()
    {
        _secret.Validators.Add(static result => result.AddError(
            "--secret: a secret as an argument is seen in the list of processes and stays in the history of the shell; "
                + $"set {SecretVariable}, or write --secret-file FILE."));
    }

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_url);
        command.Options.Add(_secretFile);
        command.Options.Add(_secret);
    }

    /// <summary>Returns the address of the server.</summary>
    public Uri Url(ParseResult parsed) => parsed.GetValue(_url) ?? DefaultUrl();

    /// <summary>Returns the secret of a backend.</summary>
    public string Secret(ParseResult parsed) => parsed.GetValue(_secretFile) is { } file
        ? ReadFile(file.FullName, "--secret-file")
        : ReadVariable(SecretVariable) ?? new AccessOptions().Secret;

    /// <summary>Returns the key of clients.</summary>
    public static string Key() => ReadVariable(KeyVariable) ?? new AccessOptions().Key;

    /// <summary>Creates the option with which a command listens as a client that has a token.</summary>
    public static Option<FileInfo?> TokenFile() => new("--token-file") { Description = "The file that contains the token of a client." };

    /// <summary>Reads the token of a client; null when there is no file.</summary>
    public static string? ReadToken(FileInfo? file) => file is null ? null : ReadFile(file.FullName, "--token-file");

    /// <summary>Connects to the API.</summary>
    public ApiConnection Open(ParseResult parsed) => new(Url(parsed), Secret(parsed));

    private static Uri DefaultUrl()
    {
        var text = Environment.GetEnvironmentVariable(UrlVariable);
        return string.IsNullOrEmpty(text)
            ? new Uri("http://localhost:3000")
            : TryUrl(text) ?? throw new CommandException(
                $"{UrlVariable}={text}: must be an address; for example {UrlVariable}=http://localhost:3000", ExitCodes.Wrong);
    }

    private static Uri? ReadUrl(ArgumentResult result)
    {
        var url = TryUrl(result.Tokens[0].Value);
        if (url is null)
        {
            result.AddError($"--url {result.Tokens[0].Value}: must be an address; for example --url http://localhost:3000");
        }

        return url;
    }

    /// <summary>Reads an address of HTTP; null when it is none.</summary>
    public static Uri? TryUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
            ? url
            : null;

    private static string? ReadVariable(string name)
    {
        var text = Environment.GetEnvironmentVariable(name);
        if (!string.IsNullOrEmpty(text))
        {
            return text;
        }

        var file = Environment.GetEnvironmentVariable(name + "_FILE");
        return string.IsNullOrEmpty(file) ? null : ReadFile(file, name + "_FILE");
    }

    private static string ReadFile(string path, string source)
    {
        try
        {
            return File.ReadAllText(path).TrimEnd('\r', '\n');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{source}: {path} cannot be read: {exception.Message}", ExitCodes.Wrong, exception);
        }
    }
}

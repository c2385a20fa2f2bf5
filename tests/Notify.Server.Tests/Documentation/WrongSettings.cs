namespace Notify.Server.Tests.Documentation;

/// <summary>Represents a plausible but wrong configuration.</summary>
/// <param name="Title">The error, for the page.</param>
/// <param name="Environment">The environment variables.</param>
internal sealed record WrongSettings(string Title, params (string Name, string Value)[] Environment)
{
    /// <summary>Gets the files in the folder in which the program is started.</summary>
    public string[] Files { get; init; } = [];

    /// <summary>Gets the content of <c>config/appsettings.Production.json</c>; null when there is none.</summary>
    public string? File { get; init; }

    /// <summary>Gets the ten configurations of the page.</summary>
    public static IReadOnlyList<WrongSettings> All { get; } =
    [
        new("A letter in the port", ("PORT", "80a")),
        new("A name that is misspelt", ("NOTIFY_HISTROY_SIZE", "500")),
        new("A size in a unit that there is not", ("NOTIFY_MAX_QUEUE", "512k")),
        new("A duration without a unit", ("NOTIFY_HISTORY_TTL", "48")),
        new("A certificate without its key", ("SSL_CERT", "tls.crt")) { Files = ["tls.crt"] },
        new("Certificate and key the wrong way round", ("SSL_CERT", "tls.key"), ("SSL_KEY", "tls.crt")) { Files = ["tls.crt", "tls.key"] },
        new("A secret given twice", ("NOTIFICATION_SECRET", "hunter2"), ("NOTIFICATION_SECRET_FILE", "/run/secrets/notify")),
        new("A store that there is not; its password is not repeated", ("NOTIFY_STORE", "redis://notify:hunter2@cache:6379")),
        new("An origin without its scheme", ("NOTIFY_ALLOWED_ORIGINS", "app.example.com")),
        new("A list in the file, and a port that is none: all is said at once", ("NOTIFICATION_SECRET", "hunter2"))
        {
            File = """
                { "Notify": { "NOTIFY_ALLOWED_ORIGINS": ["https://app.example.com"], "PORT": "http" } }
                """,
        },
    ];
}

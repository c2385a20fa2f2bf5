using System.Net;
using System.Net.Sockets;
using Notify.Server.Tests.Support;
using Notify.Storage.Tests;

namespace Notify.Server.Tests.Hosting;

/// <summary>Tests the program as it is started from a shell.</summary>
[Trait("Duration", "Long")]
public sealed class CommandLineTests
{
    private static readonly (string, string)[] Cluster =
    [
        ("PORT", "0"), ("NOTIFY_STORE", "memory"), ("NOTIFY_CLUSTER_SEEDS", "127.0.0.1:1"), (
            "NOTIFY_CLUSTER_SECRET",
            "the secret of this cluster"),
        ("NOTIFY_CLUSTER_HTTP_PORT", "4999"),
    ];

    [Fact]
    public async Task A_check_prints_what_is_in_effect_and_where_it_comes_from_but_no_secret()
    {
        using var folder = new TemporaryFolder();
        folder.Write("secret", "hunter2\n");
        var pair = PemPair.Create("notify.test", days: 3);
        folder.Write("tls.crt", pair.Certificate);
        folder.Write("tls.key", pair.Key);

        var end = await ServerProgram.RunAsync(
            ["--check"],
            [
                ("PORT", "8443"), ("NOTIFICATION_SECRET_FILE", "secret"), ("Notify__NOTIFY_DRAIN", "1s"), ("NOTIFY_PORT", "8080"),
                ("SSL_CERT", "tls.crt"), ("SSL_KEY", "tls.key"),
            ],
            folder.Path);

        Assert.Equal((0, ""), (end.Code, end.Error));
        Assert.DoesNotContain("hunter2", end.Output, StringComparison.Ordinal);
        var lines = end.Output.Split('\n')
            .Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            .ToArray();
        Assert.Contains("PORT 8443 environment variable PORT", lines);
        Assert.Contains("NOTIFY_HOST (not set) default", lines);
        Assert.Contains("NOTIFICATION_KEY (the default) default", lines);
        Assert.Contains("NOTIFICATION_SECRET (set, not shown) file secret, named by environment variable NOTIFICATION_SECRET_FILE", lines);
        Assert.Contains("NOTIFY_DRAIN 1s environment variable Notify__NOTIFY_DRAIN", lines);
        Assert.Contains(
            "Warning: NOTIFY_PORT=8080 is no setting and does nothing; the port to listen on is PORT, for example PORT=8080",
            lines);
        Assert.Contains(lines, line => line.StartsWith("Warning: The certificate of CN=notify.test expires on ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_check_lists_the_variables_of_OpenTelemetry_without_their_secrets()
    {
        var end = await ServerProgram.RunAsync(
            ["--check"],
            [
                ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://me:hunter2@otel.example.com:4318/x?key=hunter3"),
                ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=hunter4"),
                ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "authorization=hunter5"),
                ("OTEL_SERVICE_NAME", "news"),
            ]);

        Assert.Equal((0, ""), (end.Code, end.Error));
        Assert.DoesNotContain("hunter", end.Output, StringComparison.Ordinal);
        Assert.Contains(
            """
            OpenTelemetry reads:

              OTEL_EXPORTER_OTLP_ENDPOINT        https://otel.example.com:4318/x
              OTEL_EXPORTER_OTLP_HEADERS         (value not shown)
              OTEL_EXPORTER_OTLP_TRACES_HEADERS  (value not shown)
              OTEL_SERVICE_NAME                  news

            """,
            end.Output,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--check")]
    [InlineData("check-config")]
    [InlineData("config")]
    [InlineData("config", "--json")]
    [InlineData("new-epochs")]
    [InlineData("serve")]
    [InlineData]
    public async Task Everything_that_is_wrong_is_said_at_once(params string[] arguments)
    {
        var end = await ServerProgram.RunAsync(
            arguments,
            [
                ("PORT", "x"),
                ("NOTIFY_DRIAN", "1s"),
                ("NOTIFICATION_SECRET_FILE", "/nowhere"),
                ("SSL_CERT", "/nowhere"),
                ("SSL_KEY", "/nowhere")
            ]);

        Assert.Equal((2, ""), (end.Code, end.Output));
        var lines = end.Error.TrimEnd('\n').Split('\n');
        Assert.Equal("Notify cannot start with these settings:", lines[0]);
        Assert.Equal(
            ["PORT", "NOTIFICATION_SECRET_FILE", "SSL_CERT", "SSL_KEY", "NOTIFY_DRIAN"],
            lines[1..].Select(line => line.Trim().Split('=', ':')[0]));
    }

    [Theory]
    [InlineData("serve", (int)ServerCommand.Serve)]
    [InlineData("check-config", (int)ServerCommand.Check)]
    [InlineData("health", (int)ServerCommand.Health)]
    [InlineData("new-epochs", (int)ServerCommand.NewEpochs)]
    [InlineData("--health", (int)ServerCommand.Health)]
    public void Arguments_have_names_without_hyphens_too(string argument, int command) =>
        Assert.Equal(new CommandLine((ServerCommand)command), CommandLine.Parse([argument]));

    [Fact]
    public async Task Help_names_every_argument_and_every_setting()
    {
        var end = await ServerProgram.RunAsync(["--help"]);
        Assert.Equal((0, ""), (end.Code, end.Error));
        Assert.Contains("--check", end.Output, StringComparison.Ordinal);
        Assert.Contains("--health", end.Output, StringComparison.Ordinal);
        Assert.All(
            Server.Commands.CommandVerbs.All, verb => Assert.Contains($"\n  {verb.Name} ", end.Output, StringComparison.Ordinal));
        Assert.All(
            Server.Options.SettingTable.All,
            setting => Assert.Contains("  " + setting.Name + " ", end.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_version_is_printed()
    {
        var end = await ServerProgram.RunAsync(["--version"]);
        Assert.Equal((0, ""), (end.Code, end.Error));
        Assert.Matches("^Notify [0-9]+[.][0-9]+[.][0-9]+[^ ]*( [(]commit [0-9a-f]{12}[)])?\n$", end.Output);
    }

    [Fact]
    public async Task New_epochs_are_not_given_to_a_file_that_is_not_there()
    {
        using var folder = new TemporaryFolder();
        var end = await ServerProgram.RunAsync(["--new-epochs"], folder: folder.Path);
        Assert.Equal((1, ""), (end.Code, end.Output));
        var file = Path.Combine(folder.Path, "data", "notify.db");
        Assert.StartsWith($"Notify cannot start: there is no store at {file}.", end.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "data")));
    }

    [Theory]
    [InlineData("--chek", "--chek: there is no such argument; the nearest is --check")]
    [InlineData("--port=8080", "--port: settings are environment variables, not arguments; for example PORT=3000")]
    [InlineData("--max-queue=1", "--max-queue: settings are environment variables, not arguments; for example NOTIFY_MAX_QUEUE=1mb")]
    [InlineData(
        "start",
        "start: there is no such argument; --help lists the arguments and the settings, which are environment variables")]
    [InlineData("histori", "histori: there is no such argument; the nearest is history")]
    public void An_argument_that_there_is_not_is_explained(string argument, string explanation) =>
        Assert.Equal(new CommandLine(ServerCommand.Unknown, explanation), CommandLine.Parse([argument]));

    [Fact]
    public async Task An_argument_that_there_is_not_starts_nothing()
    {
        var end = await ServerProgram.RunAsync(["--verbose", "--check"]);
        Assert.Equal((2, ""), (end.Code, end.Output));
        Assert.StartsWith("--verbose: there is no such argument", end.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_health_check_asks_the_server_and_does_not_judge_the_files_that_are_being_replaced_under_it()
    {
        // A port that no other test is given.
        var end = await ServerProgram.RunAsync(
            ["--health"],
            [("PORT", "1"), ("NOTIFY_HOST", "127.0.0.1"), ("SSL_CERT", "/nowhere"), ("SSL_KEY", "/nowhere")]);
        Assert.Equal((1, ""), (end.Code, end.Output));
        Assert.StartsWith("https://127.0.0.1:1/health/live: ", end.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_one_sentence()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var end = await ServerProgram.RunAsync(
            [],
            [("NOTIFY_STORE", "memory"), ("PORT", $"{((IPEndPoint)other.LocalEndpoint).Port}"), ("NOTIFY_HOST", "127.0.0.1")]);
        Assert.Equal(1, end.Code);
        Assert.StartsWith("Notify cannot start: Failed to bind to address", end.Error, StringComparison.Ordinal);
        Assert.Single(end.Error.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task A_cluster_port_that_is_taken_is_one_sentence()
    {
        using var taken = new TcpListener(IPAddress.Any, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var end = await ServerProgram.RunAsync([], [.. Cluster, ("NOTIFY_CLUSTER_PORT", $"{port}"), ("NOTIFY_CLUSTER_HOST", "127.0.0.1")]);

        Assert.Equal(1, end.Code);
        Assert.Contains($"Notify cannot start: the cluster port {port} cannot be listened on: ", end.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", end.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("239.1.2.3")]
    public async Task A_cluster_host_that_is_no_single_host_is_one_sentence(string host)
    {
        var end = await ServerProgram.RunAsync([], [.. Cluster, ("NOTIFY_CLUSTER_HOST", host)]);

        Assert.Equal((2, ""), (end.Code, end.Output));
        Assert.Contains(
            $"NOTIFY_CLUSTER_HOST={host}: must be a host name or an IP address of one host",
            end.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_of_another_host_is_one_sentence()
    {
        // An address that is reserved for documentation.
        var end = await ServerProgram.RunAsync([], [("NOTIFY_STORE", "memory"), ("PORT", "0"), ("NOTIFY_HOST", "192.0.2.1")]);
        Assert.Equal(1, end.Code);
        Assert.Equal(
            "Notify cannot start: 192.0.2.1 is no address of this host. "
                + "Set NOTIFY_HOST to one, for example NOTIFY_HOST=127.0.0.1, or leave it out for all of them\n",
            end.Error);
    }

    [Fact]
    public async Task A_store_that_cannot_be_used_is_named_with_what_to_do()
    {
        using var file = new Options.TemporaryFile(
            "this is no database, but somebody's notes of more than a hundred bytes, so that SQLite reads a header here");
        var end = await ServerProgram.RunAsync([], [("PORT", "0"), ("NOTIFY_HOST", "127.0.0.1"), ("NOTIFY_STORE", $"sqlite:{file.Path}")]);
        Assert.Equal((1, ""), (end.Code, end.Output));
        Assert.StartsWith(
            $"Notify cannot start: {file.Path} is damaged, or is no database of Notify: ",
            end.Error,
            StringComparison.Ordinal);
        Assert.Contains("restore it from a backup", end.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_named_with_what_to_do_and_without_its_password()
    {
        var store = $"postgres://postgres:s3cret@127.0.0.1:{PostgresServer.Shared.Port}/missing";
        var end = await ServerProgram.RunAsync([], [("PORT", "0"), ("NOTIFY_HOST", "127.0.0.1"), ("NOTIFY_STORE", store)]);
        Assert.Equal((1, ""), (end.Code, end.Output));
        Assert.Equal(
            $"Notify cannot start: The PostgreSQL store 127.0.0.1:{PostgresServer.Shared.Port}/missing cannot be used: "
                + "database \"missing\" does not exist (3D000). Start or mend it, or say where it is (NOTIFY_STORE=postgres:CONNECTION).\n",
            end.Error);
    }

    [Fact]
    public async Task A_password_of_a_store_is_not_printed_wherever_it_comes_from()
    {
        using var file = new Options.TemporaryFile("postgres://notify:s3cret@db:5432/notify\n");
        var end = await ServerProgram.RunAsync(["--check"], [("NOTIFY_STORE_FILE", file.Path)]);
        Assert.Equal((0, ""), (end.Code, end.Error));
        Assert.Contains("postgres://notify:***@db:5432/notify", end.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", end.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restored_store_gets_new_epochs()
    {
        var folder = Directory.CreateTempSubdirectory("notify-epochs-");
        try
        {
            var store = $"sqlite:{Path.Combine(folder.FullName, "notify.db")}";
            var before = await EpochAsync(store);
            Assert.Equal(before, await EpochAsync(store));

            var end = await ServerProgram.RunAsync(["--new-epochs"], [("NOTIFY_STORE", store)]);

            Assert.Equal(
                (0, $"Every channel of {store["sqlite:".Length..]} has a new epoch.\n", ""), (end.Code, end.Output, end.Error));
            Assert.NotEqual(before, await EpochAsync(store));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> EpochAsync(string store)
    {
        var server = new NotifyServer(NotifyServer.Default with { Store = new() { Location = store } });
        await server.InitializeAsync();
        using var client = await JsonWebSocketClient.OpenAsync(server);
        var epoch = await client.JoinAsync("c");
        await server.StopAsync();
        await server.DisposeAsync();
        return epoch;
    }
}

using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;
using Notify.Broker.Clustering;
using Notify.Broker.History;
using Notify.Server.Backends;
using Notify.Server.Commands;
using Notify.Server.Health;
using Notify.Server.Options;
using Notify.Server.Startup;
using Notify.Storage;

namespace Notify.Server;

/// <summary>
/// Runs the program from its arguments to its exit code: 0 for success, 1 for a failure, 2 for a wrong argument or setting.
/// </summary>
internal static class ServerProcess
{
    private const int Failed = 1;
    private const int Wrong = 2;

    /// <summary>Runs the program.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        // A terminal that closes, or a log rotation, is no reason to end. With TLS the signal makes the certificate be read again.
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, static context => context.Cancel = true);
        var line = CommandLine.Parse(arguments);
        switch (line.Command)
        {
            case ServerCommand.Help:
                await Console.Out.WriteAsync(CommandLine.Help);
                return 0;
            case ServerCommand.Version:
                await Console.Out.WriteLineAsync(ProductVersion.Current.ToString());
                return 0;
            case ServerCommand.Secret:
                await Console.Out.WriteAsync(NewSecret.Print(line.Name!));
                return 0;
            case ServerCommand.Verb:
                return await CommandHost.RunAsync(arguments);
            case ServerCommand.Unknown:
                await Console.Error.WriteLineAsync(line.Error);
                return Wrong;
        }

        var (builder, reading) = Read();
        if (line.Command == ServerCommand.Health)
        {
            return await HealthProbe.RunAsync(reading.Options.Listen);
        }

        if (builder is null || reading.Errors.Count > 0)
        {
            return await ExplainAsync(reading.Errors, reading.Options.Telemetry.Log);
        }

        if (line.Command == ServerCommand.Check)
        {
            await Console.Out.WriteAsync(SettingsReport.Write(reading));
            return 0;
        }

        return line.Command == ServerCommand.NewEpochs ? await RenewEpochsAsync(reading.Options) : await ServeAsync(builder, reading);
    }

    private static async Task<int> RenewEpochsAsync(NotifyOptions options)
    {
        // A file that is not there would be created, and the restored one would keep its epochs.
        var file = options.Store.SqliteFile is { } path ? HistoryStores.PathOf(path) : null;
        if (file is not null && !File.Exists(file))
        {
            return await FailAsync(
                $"there is no store at {file}. Run this with the server's settings and in its working directory, or give the path: "
                    + "NOTIFY_STORE=sqlite:PATH");
        }

        try
        {
            await using var store = HistoryStores.Create(options.Broker.Channels, options.Store, NullLogger.Instance);
            await store.OpenAsync(CancellationToken.None);
            await store.RenewEpochsAsync();
            await Console.Out.WriteLineAsync($"Every channel of {file ?? "the store"} has a new epoch.");
            return 0;
        }
        catch (HistoryStoreException exception)
        {
            return await FailAsync(exception.Message);
        }
    }

    /// <summary>Reads the settings, with all errors; the builder is null when the configuration file cannot be read.</summary>
    public static (WebApplicationBuilder? Builder, OptionsReading Reading) Read()
    {
        var environment = EnvironmentVariables.Read();
        try
        {
            var builder = NotifyHost.CreateBuilder();
            return (builder, NotifyOptionsLoader.Read(environment, builder.Configuration));
        }
        catch (OptionsException exception)
        {
            // The file cannot be read. The errors of the environment are reported together with it.
            var reading = NotifyOptionsLoader.Read(environment, file: null);
            return (null, reading with { Errors = [.. exception.Errors, .. reading.Errors] });
        }
    }

    private static async Task<int> ServeAsync(WebApplicationBuilder builder, OptionsReading reading)
    {
        var format = reading.Options.Telemetry.Log;
        try
        {
            builder.Services.AddSingleton(reading);
            var app = NotifyHost.Build(builder, reading.Options);
            StartupNotice.Follow(app, reading);
            await app.RunAsync();
            return Environment.ExitCode;
        }
        catch (OptionsException exception)
        {
            return await ExplainAsync(exception.Errors, format);
        }
        catch (Exception exception) when (exception is HistoryStoreException or ClusterJoinException)
        {
            return await FailAsync(exception.Message, format);
        }
        catch (OperationCanceledException)
        {
            // Asked to leave before it was up.
            return Environment.ExitCode;
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            return await FailAsync(
                $"{exception.Message.TrimEnd('.')}. Stop the program that uses the port, or set PORT to another, for example PORT=3001",
                format);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AccessDenied)
        {
            return await FailAsync(
                $"this user may not listen on port {reading.Options.Listen.Port}. Set PORT to one above 1023, for example PORT=3000",
                format);
        }
        catch (SocketException exception) when (exception.SocketErrorCode
            is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported)
        {
            return await FailAsync(
                $"{reading.Options.Listen.Host} is no address of this host. "
                + "Set NOTIFY_HOST to one, for example NOTIFY_HOST=127.0.0.1, or leave it out for all of them",
                format);
        }
    }

    /// <summary>Prints what is wrong with the settings, and returns the exit code.</summary>
    public static async Task<int> ExplainAsync(IReadOnlyList<string> errors, LogFormat format)
    {
        await StartFailure.WriteAsync(errors, format);
        return Wrong;
    }

    private static async Task<int> FailAsync(string reason, LogFormat format = LogFormat.Text)
    {
        await StartFailure.WriteAsync(reason, format);
        return Failed;
    }
}

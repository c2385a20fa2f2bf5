using Microsoft.AspNetCore.Connections;
using Notify.Server;
using Notify.Server.Options;

var builder = NotifyHost.CreateBuilder(args);
try
{
    var options = NotifyOptionsLoader.Load(EnvironmentVariables.Read(), builder.Configuration);
    if (args.Contains("--health"))
    {
        return await HealthProbe.RunAsync(options.Listen);
    }

    await NotifyHost.Build(builder, options).RunAsync();
    return Environment.ExitCode;
}
catch (OptionsException exception)
{
    await Console.Error.WriteLineAsync("Notify cannot start with these settings:");
    foreach (var error in exception.Errors)
    {
        await Console.Error.WriteLineAsync("  " + error);
    }

    return 2;
}
catch (IOException exception) when (exception.InnerException is AddressInUseException)
{
    await Console.Error.WriteLineAsync($"Notify cannot start: {exception.Message.TrimEnd('.')}. Stop the program that uses the port, or set PORT to another, for example PORT=3001");
    return 1;
}

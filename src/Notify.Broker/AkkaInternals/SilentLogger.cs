using Akka.Event;

namespace Notify.Broker.AkkaInternals;

/// <summary>
/// Writes nothing. Takes the place of the logger with which Akka prints lines of its own format before it has the logging of the program,
/// and after it has stopped it; <c>akka.stdout-loglevel = off</c> alone leaves those of the stop.
/// </summary>
#pragma warning disable MA0097 // Akka's base class is an actor reference, and so comparable; nobody compares loggers.
internal sealed class SilentLogger : MinimalLogger
#pragma warning restore MA0097
{
    /// <summary>The setting that makes Akka use it.</summary>
    public const string Hocon = """akka.stdout-logger-class = "Notify.Broker.AkkaInternals.SilentLogger, Notify.Broker" """;

    /// <inheritdoc />
    protected override void Log(object message)
    {
    }
}

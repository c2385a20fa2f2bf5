using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Notify.Broker;
using Notify.Server.Tests.Documentation;
using Notify.Storage;

namespace Notify.Server.Tests.Telemetry;

/// <summary>Compares the table of log events with the code. Events at Debug are not in it.</summary>
public sealed partial class LogsPageTests
{
    [Fact]
    public void Every_event_has_a_name_of_its_own_and_a_place_in_the_table()
    {
        var page = GeneratedSection.Read("src/Notify.Server/Telemetry/README.md");
        var table = page[page.IndexOf("| event |", StringComparison.Ordinal)..page.IndexOf("## Traces", StringComparison.Ordinal)];
        var documented = table.Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => NamePattern().Matches(line.Split('|')[1]).Select(match => match.Groups["name"].Value));
        var events = ((Assembly[])[typeof(BrokerNode).Assembly, typeof(HistoryStores).Assembly, typeof(NotifyHost).Assembly])
            .SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetMethods(
                BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .SelectMany(method => method.GetCustomAttributes<LoggerMessageAttribute>())
            .Where(message => message.Level is not (LogLevel.Debug or LogLevel.Trace))
            .Select(message => message.EventName);

        Assert.Equal(documented.Order(StringComparer.Ordinal), events.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("`(?<name>[A-Za-z]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamePattern();
}

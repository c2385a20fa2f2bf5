using System.Globalization;
using System.Text.Json.Nodes;

namespace Notify.Server.Commands;

/// <summary>Holds the results of a run of <c>bench</c>.</summary>
/// <param name="Connections">The connections.</param>
/// <param name="ConnectSeconds">How long it took until all of them listened.</param>
/// <param name="Seconds">How long it sent.</param>
/// <param name="Sends">The accepted sends.</param>
/// <param name="Failed">The sends that failed.</param>
/// <param name="Deliveries">The notifications that arrived.</param>
/// <param name="Expected">The notifications that had to arrive.</param>
/// <param name="Reconnects">How often connections were lost.</param>
/// <param name="Answers">The times until sends were answered, in milliseconds.</param>
/// <param name="Arrivals">The times from the begin of a send until its notification arrived, in milliseconds.</param>
internal sealed record BenchReport(
    int Connections,
    double ConnectSeconds,
    double Seconds,
    long Sends,
    long Failed,
    long Deliveries,
    long Expected,
    long Reconnects,
    BenchTimes Answers,
    BenchTimes Arrivals)
{
    /// <summary>Gets whether everything accepted arrived once.</summary>
    public bool IsClean => Failed == 0 && Deliveries == Expected;

    /// <summary>Returns the report for programs.</summary>
    public string ToJson() => new JsonObject
    {
        ["connections"] = Connections,
        ["connectSeconds"] = Math.Round(ConnectSeconds, 3),
        ["seconds"] = Math.Round(Seconds, 3),
        ["sends"] = Sends,
        ["failed"] = Failed,
        ["sendsPerSecond"] = Math.Round(Sends / Seconds, 1),
        ["deliveries"] = Deliveries,
        ["expected"] = Expected,
        ["deliveriesPerSecond"] = Math.Round(Deliveries / Seconds, 1),
        ["reconnects"] = Reconnects,
        ["answerMs"] = Answers.ToJson(),
        ["deliveryMs"] = Arrivals.ToJson(),
    }.ToJsonString();

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        connections  {Connections}, listening after {ConnectSeconds:0.0} s; {Reconnects} lost
        sends        {Sends} in {Seconds:0.0} s, {Sends / Seconds:0} a second; {Failed} failed
          answered   {Answers}
        deliveries   {Deliveries} of {Expected}, {Deliveries / Seconds:0} a second
          arrived    {Arrivals}
        """);
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Notify.Benchmarks.Load;

/// <summary>Holds the results of a run.</summary>
internal sealed record LoadReport
{
    private static readonly JsonSerializerOptions Format =
        new(JsonSerializerDefaults.Web) { WriteIndented = true, NumberHandling = JsonNumberHandling.Strict };

    public required string Transport { get; init; }

    public required int Connections { get; init; }

    public required int Channels { get; init; }

    public required int Bytes { get; init; }

    public required double ConnectSeconds { get; init; }

    public required double Seconds { get; init; }

    public required long Sends { get; init; }

    public required double SendsPerSecond { get; init; }

    public required long Refused { get; init; }

    public required long Deliveries { get; init; }

    public required double DeliveriesPerSecond { get; init; }

    public required Percentiles AnswerMs { get; init; }

    public required Percentiles DeliveryMs { get; init; }

    /// <summary>Gets the notifications that were answered with 200 and not delivered; a lower bound when publishes were refused.</summary>
    public required long Lost { get; init; }

    public required long Doubled { get; init; }

    public required long Reordered { get; init; }

    /// <summary>Gets the connections that the server ended.</summary>
    public required long Ended { get; init; }

    /// <summary>Gets the resources that the server used; null when it was not measured.</summary>
    public ServerCost? Server { get; init; }

    /// <summary>Gets whether everything accepted arrived, once and in order.</summary>
    [JsonIgnore]
    public bool IsClean => Lost == 0 && Doubled == 0 && Reordered == 0 && Ended == 0;

    public string ToJson() => JsonSerializer.Serialize(this, Format);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""

        {Connections} connections ({Transport}), {Channels} channels, {Bytes} bytes; connected in {ConnectSeconds:0.0} s
        sends        {Sends} in {Seconds:0.0} s, {SendsPerSecond:0} a second; {Refused} refused
          answered   {AnswerMs}
        deliveries   {Deliveries}, {DeliveriesPerSecond:0} a second
          arrived    {DeliveryMs}
        lost {Lost}, doubled {Doubled}, reordered {Reordered}, connections ended {Ended}
        {Server}
        """);

    /// <summary>
    /// Holds the resources of the server's processes: resident memory in MB, and in kB for a connection; CPU, user and system, in
    /// microseconds.
    /// </summary>
    internal sealed record ServerCost(
        double MemoryBeforeMb, double MemoryAfterMb, double MemoryPerConnectionKb, double ProcessorPerSendUs, double ProcessorPerDeliveryUs)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"server       {MemoryBeforeMb:0} MB before, {MemoryPerConnectionKb:0.0} kB for each connection, {MemoryAfterMb:0} MB at "
                + $"the end; {ProcessorPerSendUs:0.0} us of CPU for each send, {ProcessorPerDeliveryUs:0.0} for each delivery");
    }

    /// <summary>Holds times in milliseconds.</summary>
    internal sealed record Percentiles(double P50, double P90, double P99, double P999, double Max)
    {
        public static Percentiles Of(Latencies times) =>
            new(times.Percentile(50), times.Percentile(90), times.Percentile(99), times.Percentile(99.9), times.Percentile(100));

        public override string ToString() =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"50 % within {P50:0.0} ms, 90 % {P90:0.0}, 99 % {P99:0.0}, 99.9 % {P999:0.0}, all {Max:0.0}");
    }
}

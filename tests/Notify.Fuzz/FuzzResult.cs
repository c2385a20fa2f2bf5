using System.Globalization;

namespace Notify.Fuzz;

/// <summary>What a run of one target found.</summary>
/// <param name="Target">The target's name.</param>
/// <param name="Inputs">How many inputs were tried.</param>
/// <param name="Kinds">How many kinds of outcome there were.</param>
/// <param name="Escapes">What was thrown, each kind once, and where its input was written.</param>
/// <param name="Slowest">How long the slowest input took.</param>
/// <param name="SlowestBytes">How long that input is.</param>
/// <param name="Slow">How many inputs take more than 50 ms for 100 kB.</param>
internal sealed record FuzzResult(
    string Target, long Inputs, int Kinds, IReadOnlyList<string> Escapes, TimeSpan Slowest, int SlowestBytes, int Slow)
{
    /// <summary>The line of the report.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Target}: {Inputs} inputs, {Kinds} kinds, {Escapes.Count} escapes, " +
        $"slowest {Slowest.TotalMilliseconds:F1} ms for {SlowestBytes} bytes, {Slow} slow");
}

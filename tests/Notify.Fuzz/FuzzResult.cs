using System.Globalization;

namespace Notify.Fuzz;

/// <summary>Holds the results of one target.</summary>
/// <param name="Target">The target's name.</param>
/// <param name="Inputs">The number of inputs.</param>
/// <param name="Kinds">The number of kinds of outcomes.</param>
/// <param name="Escapes">The escaped exceptions, each kind once, and the files with their inputs.</param>
/// <param name="Slowest">The time of the slowest input.</param>
/// <param name="SlowestBytes">The length of that input.</param>
/// <param name="Slow">The number of inputs that take more than 50 ms for 100 kB.</param>
internal sealed record FuzzResult(
    string Target, long Inputs, int Kinds, IReadOnlyList<string> Escapes, TimeSpan Slowest, int SlowestBytes, int Slow)
{
    /// <summary>Returns the line for the report.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Target}: {Inputs} inputs, {Kinds} kinds, {Escapes.Count} escapes, " +
        $"slowest {Slowest.TotalMilliseconds:F1} ms for {SlowestBytes} bytes, {Slow} slow");
}

namespace Notify.Fuzz;

/// <summary>Describes one decoder under test.</summary>
/// <param name="Name">Its name, which is also the name of its folder in the corpus.</param>
/// <param name="MaxBytes">The longest input that the server passes to it.</param>
/// <param name="Tokens">The parts from which its inputs are made.</param>
/// <param name="Decode">Decodes an input, and returns a short name of the outcome, by which kinds of inputs are distinguished. Any
/// exception is an escape; documented exceptions of a decoder are caught here.</param>
internal sealed record FuzzTarget(string Name, int MaxBytes, string[] Tokens, Func<byte[], string> Decode);

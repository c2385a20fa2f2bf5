namespace Notify.Fuzz;

/// <summary>One decoder under test.</summary>
/// <param name="Name">Its name, which is also that of its folder in the corpus.</param>
/// <param name="MaxBytes">The longest input that the server gives it.</param>
/// <param name="Tokens">What its inputs are made of.</param>
/// <param name="Decode">
/// Decodes an input. Returns a short name for what came of it, by which inputs of another kind are told apart. Whatever it throws is an
/// escape; what a decoder documents to throw is caught here.
/// </param>
internal sealed record FuzzTarget(string Name, int MaxBytes, string[] Tokens, Func<byte[], string> Decode);

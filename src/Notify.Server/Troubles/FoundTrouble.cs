namespace Notify.Server.Troubles;

/// <summary>Represents a trouble as <see cref="TroubleRules"/> finds it, without memory of when it began.</summary>
/// <param name="Part">The part; one of <see cref="TroubleParts"/>.</param>
/// <param name="Message">A sentence for the operator.</param>
/// <param name="Effect">The effect; one of <see cref="TroubleEffects"/>.</param>
/// <param name="Subject">What of the part it is, if there are several: the limit or the node.</param>
/// <param name="Since">When it began, if that is known.</param>
internal sealed record FoundTrouble(string Part, string Message, string Effect, string Subject = "", DateTimeOffset? Since = null);

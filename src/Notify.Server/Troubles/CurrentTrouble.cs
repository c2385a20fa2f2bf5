namespace Notify.Server.Troubles;

/// <summary>Describes something that is wrong on this node now.</summary>
/// <param name="Part">The part; one of <see cref="TroubleParts"/>.</param>
/// <param name="Message">A sentence for the operator.</param>
/// <param name="Since">When it was noticed.</param>
/// <param name="Effect">The effect on <c>/health/ready</c>; one of <see cref="TroubleEffects"/>.</param>
public sealed record CurrentTrouble(string Part, string Message, DateTimeOffset Since, string Effect);

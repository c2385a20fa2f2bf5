namespace Notify.Server.Access;

/// <summary>Groups the joins and tokens that <c>enforce</c> would refuse for the same reason.</summary>
/// <param name="Pattern">The pattern of the channel; null for the default rule or for a token.</param>
/// <param name="Reason">The code that the client would get.</param>
/// <param name="Origin">The origin of the page; null without one.</param>
/// <param name="Transport"><c>socketio</c>, <c>websocket</c> or <c>events</c>.</param>
internal readonly record struct ObservationKey(string? Pattern, string Reason, string? Origin, string Transport);

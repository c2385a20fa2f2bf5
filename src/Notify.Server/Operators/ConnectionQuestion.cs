namespace Notify.Server.Operators;

/// <summary>Selects connections. What is null or false selects all.</summary>
/// <param name="User">The user of the token.</param>
/// <param name="Channel">A channel that the connection has joined.</param>
/// <param name="Address">The client's address, as lists show it.</param>
/// <param name="Protocol">The protocol, as metrics name it.</param>
/// <param name="IsSlow">Whether only connections that do not read fast enough are selected.</param>
/// <param name="After">The id after which the list starts.</param>
/// <param name="Limit">The largest number of connections.</param>
internal sealed record ConnectionQuestion(
    string? User, string? Channel, string? Address, string? Protocol, bool IsSlow, string? After, int Limit);

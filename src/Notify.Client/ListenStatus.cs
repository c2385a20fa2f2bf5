namespace Notify.Client;

/// <summary>Represents the state of a listener.</summary>
/// <param name="State">What it does.</param>
/// <param name="Reason">Why the connection ended; empty otherwise.</param>
/// <param name="Delay">The pause before it connects again; zero otherwise.</param>
/// <param name="Connection">
/// The id of the connection while it listens, empty otherwise. A send to the channel of that name reaches this connection alone.
/// </param>
public sealed record ListenStatus(ListenState State, string Reason = "", TimeSpan Delay = default, string Connection = "");

namespace Notify.Broker.History;

/// <summary>What a backend names a send by, so that a retry is the same send.</summary>
/// <param name="Key">The key, as the backend gave it.</param>
/// <param name="Occurrence">0 for the first mention of the channel in the request, 1 for the second, and so on.</param>
public readonly record struct IdempotencyKey(string Key, int Occurrence)
{
    /// <summary>How long a key may be, in bytes of UTF-8.</summary>
    public const int MaxBytes = 255;

    /// <summary>How long a key is known.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);
}

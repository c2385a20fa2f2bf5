namespace Notify.Broker.History;

/// <summary>Identifies a publish for the backend, so that a retry is recognized as the same publish.</summary>
/// <param name="Key">The key from the backend.</param>
/// <param name="Occurrence">0 for the first occurrence of the channel in the request, 1 for the second, and so on.</param>
public readonly record struct IdempotencyKey(string Key, int Occurrence)
{
    /// <summary>The maximum length of a key, in bytes of UTF-8.</summary>
    public const int MaxBytes = 255;

    /// <summary>How long a key is stored.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);
}

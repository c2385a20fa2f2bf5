using System.Text;

namespace Notify.Broker.History;

/// <summary>
/// Compares names by their UTF-8 bytes, as the databases do. UTF-16 orders characters beyond the basic plane differently.
/// </summary>
public sealed class Utf8Order : IComparer<string>
{
    /// <summary>The single instance.</summary>
    public static readonly Utf8Order Instance = new();

    private Utf8Order()
    {
    }

    /// <inheritdoc />
    public int Compare(string? x, string? y) => Encoding.UTF8.GetBytes(x ?? "").AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y ?? ""));
}

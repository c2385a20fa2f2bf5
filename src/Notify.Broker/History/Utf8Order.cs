using System.Text;

namespace Notify.Broker.History;

/// <summary>Compares names by their UTF-8 bytes, as the databases do: UTF-16 puts characters beyond the basic plane elsewhere.</summary>
public sealed class Utf8Order : IComparer<string>
{
    /// <summary>The only one.</summary>
    public static readonly Utf8Order Instance = new();

    private Utf8Order()
    {
    }

    /// <inheritdoc />
    public int Compare(string? x, string? y) => Encoding.UTF8.GetBytes(x ?? "").AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y ?? ""));
}

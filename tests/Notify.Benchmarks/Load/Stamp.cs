using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;

namespace Notify.Benchmarks.Load;

/// <summary>Represents the content of a notification: its number in its channel, and when it was due.</summary>
/// <param name="Number">1, 2, 3 … in its channel.</param>
/// <param name="SentAt">A time stamp of this process.</param>
/// <param name="Counts">Whether the warm-up was over.</param>
internal readonly record struct Stamp(long Number, long SentAt, bool Counts)
{
    private static ReadOnlySpan<byte> Mark => "notify-load|"u8;

    /// <summary>Gets the time since it was due.</summary>
    public TimeSpan Age => Stopwatch.GetElapsedTime(SentAt);

    /// <summary>Returns the notification, a string of <paramref name="length"/> characters if the stamp leaves room for it.</summary>
    public string ToNotification(int length) =>
        string.Create(CultureInfo.InvariantCulture, $"notify-load|{Number}|{SentAt}|{(Counts ? 1 : 0)}|").PadRight(length, '.');

    /// <summary>Finds the stamp in a message. Returns false when there is none.</summary>
    public static bool TryFind(ReadOnlySpan<byte> message, out Stamp stamp)
    {
        stamp = default;
        var at = message.IndexOf(Mark);
        if (at < 0)
        {
            return false;
        }

        message = message[(at + Mark.Length)..];
        if (!TryTake(ref message, out var number) || !TryTake(ref message, out var sentAt) || !TryTake(ref message, out var counts))
        {
            return false;
        }

        stamp = new Stamp(number, sentAt, counts == 1);
        return true;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> text, out long number)
    {
        if (!Utf8Parser.TryParse(text, out number, out var length) || length >= text.Length || text[length] != '|')
        {
            return false;
        }

        text = text[(length + 1)..];
        return true;
    }
}

using System.Globalization;
using System.Text;

namespace Notify.Protocol.SocketIo;

/// <summary>
/// Represents an event without a notification, <c>42["POSITION","0:1"]</c>. It replaces the last string that a stock client stores, when
/// that string no longer describes the session's channels. Pages need not listen to it.
/// </summary>
public sealed class PositionMark : WireMessage
{
    private PositionMark(int number)
        : base(
            Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"42[\"POSITION\",\"0:{number}\"]")),
            isBinary: false,
            escapable: true)
    {
        Number = number;
    }

    /// <summary>Gets the mark for the beginning of a session whose client still has the string of another session.</summary>
    public static PositionMark Beginning { get; } = new(0);

    /// <summary>Gets the mark after which the session no longer has only the channel that its earlier strings named.</summary>
    public static PositionMark Change { get; } = new(1);

    /// <summary>Gets the number, one for each kind. A session receives each kind at most once.</summary>
    public int Number { get; }
}

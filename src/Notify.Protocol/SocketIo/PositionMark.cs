using System.Globalization;
using System.Text;

namespace Notify.Protocol.SocketIo;

/// <summary>
/// An event of no notification, <c>42["POSITION","0:1"]</c>, which only puts another string in the place of the last one that a stock
/// client keeps, because what that one says of the session's channels is no longer so. Pages need not listen to it.
/// </summary>
public sealed class PositionMark : WireMessage
{
    private PositionMark(int number)
        : base(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"42[\"POSITION\",\"0:{number}\"]")), isBinary: false, escapable: true)
    {
        Number = number;
    }

    /// <summary>The mark at the beginning of a session whose client still has the string of another.</summary>
    public static PositionMark Beginning { get; } = new(0);

    /// <summary>The mark after which the session's channels are no longer the one that its strings named.</summary>
    public static PositionMark Change { get; } = new(1);

    /// <summary>Its number, one a kind: either is given at most once a session.</summary>
    public int Number { get; }
}

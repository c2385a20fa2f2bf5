using Notify.Broker.Channels;
using Notify.Protocol;

namespace Notify.Broker.Connections;

/// <summary>
/// How a subscription's messages look on the wire. Stateless, and one instance a format: a relay encodes a notification once for
/// all subscriptions that share the instance.
/// </summary>
public abstract class WireFormat
{
    /// <summary>Encodes a notification.</summary>
    public abstract WireMessage Encode(Notification notification);

    /// <summary>
    /// Says that the channel goes on from <paramref name="position"/> and that something before it is lost. Null when the format
    /// cannot say so; the session is ended instead.
    /// </summary>
    public virtual WireMessage? Reset(string channel, Position position) => null;
}

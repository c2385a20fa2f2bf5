using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Protocol;

namespace Notify.Broker.Relays;

/// <summary>Holds a page of the history for several sockets, and encodes each notification once per wire format.</summary>
/// <param name="notifications">The page.</param>
internal sealed class EncodedPage(IReadOnlyList<Notification> notifications)
{
    private readonly Dictionary<WireFormat, WireMessage?[]> _messages = new(1);

    public int Count => notifications.Count;

    public Notification this[int index] => notifications[index];

    public WireMessage Encode(int index, WireFormat format)
    {
        if (!_messages.TryGetValue(format, out var messages))
        {
            _messages.Add(format, messages = new WireMessage?[notifications.Count]);
        }

        return messages[index] ??= format.Encode(notifications[index]);
    }
}

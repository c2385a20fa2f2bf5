namespace Notify.Client;

/// <summary>Represents what a connection passes to the reader, in order: a notification or lost history.</summary>
internal readonly record struct ListenItem(Notification? Notification, HistoryLost? Lost);

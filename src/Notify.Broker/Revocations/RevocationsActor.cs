using Akka.Actor;
using Notify.Broker.Messages;

namespace Notify.Broker.Revocations;

/// <summary>Receives the revocations and disconnects of other nodes, and lists revocations for nodes without a shared store.</summary>
internal sealed class RevocationsActor : UntypedActor
{
    /// <summary>The actor's name, by which the other nodes find it.</summary>
    public const string Name = "revocations";

    /// <summary>
    /// The number of revocations in a message. With the longest names they fill half of the largest message between nodes.
    /// </summary>
    public const int PageSize = 1000;

    private readonly RevocationCommands _commands;
    private readonly RevokedTokens _revocations;

    public RevocationsActor(RevocationCommands commands, RevokedTokens revocations)
    {
        _commands = commands;
        _revocations = revocations;
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Revoke revoke:
                Sender.Tell(new RevokeDone(_commands.Receive(revoke.Revocation, revoke.Reason)));
                break;
            case Disconnect disconnect:
                Sender.Tell(new DisconnectDone(_commands.Receive(disconnect.Order)));
                break;
            case ListRevocations list:
                Sender.Tell(new RevocationList(_revocations.List(list.After, PageSize), _revocations.IsRead));
                break;
            default:
                Unhandled(message);
                break;
        }
    }
}

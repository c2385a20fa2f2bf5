using Akka.Actor;
using Notify.Broker.Messages;

namespace Notify.Broker.Queries;

/// <summary>Answers the questions of other nodes about this one.</summary>
internal sealed class NodeReportsActor : UntypedActor
{
    /// <summary>The actor's name, by which the other nodes find it.</summary>
    public const string Name = "node-reports";

    private readonly INodeReports _reports;

    public NodeReportsActor(INodeReports reports)
    {
        _reports = reports;
    }

    protected override void OnReceive(object message)
    {
        if (message is NodeQuestion question)
        {
            _ = AnswerAsync(question).PipeTo(Sender);
        }
        else
        {
            Unhandled(message);
        }
    }

    private async Task<NodeAnswer> AnswerAsync(NodeQuestion question) =>
        new(await _reports.AnswerAsync(question.Subject, question.Json));
}

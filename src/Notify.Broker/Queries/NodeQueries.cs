using Akka.Actor;
using Notify.Broker.Clustering;
using Notify.Broker.Messages;

namespace Notify.Broker.Queries;

/// <summary>Asks all nodes about themselves, and names those that do not answer within a second.</summary>
/// <param name="reports">Answers for this node.</param>
/// <param name="others">The other nodes.</param>
/// <param name="self">The name of this node.</param>
public sealed class NodeQueries(INodeReports reports, OtherNodes others, string self)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Gets the name of this node.</summary>
    public string Self => self;

    /// <summary>Asks all nodes at once.</summary>
    /// <param name="subject">What the question is about.</param>
    /// <param name="question">The question, as JSON in UTF-8.</param>
    /// <param name="except">Nodes that did not answer a question just before, and are not asked again.</param>
    public async Task<NodeReplies> AskAllAsync(string subject, ReadOnlyMemory<byte> question, IReadOnlyList<string>? except = null)
    {
        // All members and not only those that are reachable, because the others must be named.
        var elsewhere = Task.WhenAll(others.Members.Where(node => except?.Contains(NameOf(node)) != true).Select(async node => (
            Node: NameOf(node),
            Answer: await others.AskAsync(node, NodeReportsActor.Name, new NodeQuestion(subject, question), Patience) as NodeAnswer)));
        var here = await reports.AnswerAsync(subject, question);
        var all = await elsewhere;
        var answered = all.Where(static other => other.Answer is { Json.IsEmpty: false });
        var silent = all.Where(static other => other.Answer is not { Json.IsEmpty: false });
        return new NodeReplies(
            [
                (self, here),
                .. answered.OrderBy(static other => other.Node, StringComparer.Ordinal)
                    .Select(static other => (other.Node, other.Answer!.Json)),
            ],
            [.. silent.Select(static other => other.Node).Order(StringComparer.Ordinal)]);
    }

    private static string NameOf(Address node) => $"{node.Host}:{node.Port}";
}

using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Notify.Broker.Queries;

namespace Notify.Server.Operators;

/// <summary>Asks nodes in objects instead of JSON.</summary>
internal static class NodeQueriesExtensions
{
    /// <summary>
    /// Asks all nodes at once. Returns the name and the answer of each, this node first, and the names of those without one.
    /// </summary>
    /// <param name="nodes">Asks the nodes.</param>
    /// <param name="subject">What the question is about, of <see cref="NodeReports"/>.</param>
    /// <param name="question">The question.</param>
    /// <param name="ofQuestion">How the question is written.</param>
    /// <param name="ofAnswer">How the answers are read.</param>
    /// <param name="except">Nodes that did not answer a question just before, and are not asked again.</param>
    public static async Task<(IReadOnlyList<(string Node, TAnswer Value)> Answers, IReadOnlyList<string> Silent)>
        AskAllAsync<TQuestion, TAnswer>(
        this NodeQueries nodes,
        string subject,
        TQuestion question,
        JsonTypeInfo<TQuestion> ofQuestion,
        JsonTypeInfo<TAnswer> ofAnswer,
        IReadOnlyList<string>? except = null)
    {
        var replies = await nodes.AskAllAsync(subject, JsonSerializer.SerializeToUtf8Bytes(question, ofQuestion), except);
        return (
            [.. replies.Answers.Select(answer => (answer.Node, JsonSerializer.Deserialize(answer.Json.Span, ofAnswer)!))],
            replies.Silent);
    }
}

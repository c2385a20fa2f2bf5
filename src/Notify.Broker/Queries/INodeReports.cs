namespace Notify.Broker.Queries;

/// <summary>Answers questions about this node. The host implements it, because it knows connections, settings and the process.</summary>
public interface INodeReports
{
    /// <summary>Answers a question.</summary>
    /// <param name="subject">What the question is about.</param>
    /// <param name="question">The question, as JSON in UTF-8.</param>
    /// <returns>The answer, as JSON in UTF-8; empty when the subject is not known.</returns>
    Task<ReadOnlyMemory<byte>> AnswerAsync(string subject, ReadOnlyMemory<byte> question);
}

using System.Globalization;
using System.Text;

namespace Notify.Server.Tests.Http;

/// <summary>Reads the answers that a connection gave one after the other.</summary>
internal static class HttpAnswers
{
    private const string Length = "Content-Length: ";

    /// <summary>The status and the body of each. What is no answer fails the test.</summary>
    /// <param name="bytes">All that came.</param>
    /// <param name="isHead">Whether the first answer has the length of a body, and none.</param>
    public static List<(int Status, string Body)> Parse(byte[] bytes, bool isHead)
    {
        var answers = new List<(int, string)>();
        var rest = Encoding.Latin1.GetString(bytes);
        while (rest.Length > 0)
        {
            var end = rest.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            Assert.True(rest.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) && end > 0, $"No answer, but: {rest}");
            var lines = rest[..end].Split("\r\n");
            var length = isHead && answers.Count == 0
                ? 0
                : lines.Where(line => line.StartsWith(Length, StringComparison.Ordinal))
                    .Select(line => int.Parse(line[Length.Length..], CultureInfo.InvariantCulture)).SingleOrDefault();
            Assert.DoesNotContain(lines, line => line.StartsWith("Transfer-Encoding", StringComparison.Ordinal));
            Assert.True(end + 4 + length <= rest.Length, $"Half an answer: {rest}");
            answers.Add((int.Parse(lines[0].AsSpan(9, 3), CultureInfo.InvariantCulture), rest.Substring(end + 4, length)));
            rest = rest[(end + 4 + length)..];
        }

        return answers;
    }
}

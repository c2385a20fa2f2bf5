using System.Globalization;
using System.Text;

namespace Notify.Server.Tests.Http;

/// <summary>Parses the successive responses of a connection.</summary>
internal static class HttpAnswers
{
    private const string Length = "Content-Length: ";

    /// <summary>Returns the status and the body of each response. Invalid responses fail the test.</summary>
    /// <param name="bytes">All received bytes.</param>
    /// <param name="isHead">Whether the first response has a content length but no body.</param>
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

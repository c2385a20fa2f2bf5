using System.Buffers.Text;
using System.Text;
using Notify.Protocol.Tokens;

namespace Notify.Protocol.Tests.Tokens;

/// <summary>Writes tokens whose signature nobody verifies.</summary>
internal static class TokenText
{
    public const string Header = """{"alg":"HS256"}""";
    public const string Payload = """{"exp":1000}""";

    public static string Of(string header, string payload) => $"{Encode(header)}.{Encode(payload)}.AAAA";

    public static string Encode(string json) => Encode(Encoding.UTF8.GetBytes(json));

    public static string Encode(ReadOnlySpan<byte> json) => Base64Url.EncodeToString(json);

    public static TokenReading Read(string header, string payload) => TokenShape.Read(Of(header, payload), new TokenRules());

    public static TokenReading ReadHeader(string header) => Read(header, Payload);

    /// <summary>Reads a token with claims beside <c>exp</c>, which is 1000.</summary>
    public static TokenReading ReadClaims(string claims) => Read(Header, $$"""{"exp":1000,{{claims}}}""");
}

using Notify.Protocol.Send.Form;

namespace Notify.Protocol.Send;

/// <summary>
/// Parses the body of <c>POST /send</c> as the original server does: JSON like body-parser's strict mode, forms like its extended mode. The
/// endpoint handles the size limit and the content coding. The parser never throws because of a client's input.
/// </summary>
public static class SendRequestParser
{
    /// <summary>The maximum nesting of JSON. The original server has no limit of its own. A deeper body is answered with 400.</summary>
    public const int MaxJsonDepth = 1000;

    /// <summary>The maximum number of <c>name=value</c> pairs in a form. More are answered with 413.</summary>
    public const int MaxFormParameters = 1000;

    /// <summary>The maximum number of brackets in a form's name. More are answered with 400.</summary>
    public const int MaxFormDepth = 32;

    /// <summary>Parses <paramref name="body"/>, already decompressed, with its <c>Content-Type</c> header.</summary>
    public static SendParse Parse(string? contentType, ReadOnlyMemory<byte> body) => Parse(SendContentType.Parse(contentType), body);

    /// <summary>Reads the decoded fields of a form that came in parts (<c>multipart/form-data</c>).</summary>
    public static SendParse Parse(IReadOnlyCollection<KeyValuePair<string, string>> fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        return FormSendBody.Parse(fields);
    }

    /// <summary>
    /// Reads <paramref name="body"/>, already decompressed, for an endpoint that looked at the header before it read the body.
    /// </summary>
    public static SendParse Parse(SendContentType contentType, ReadOnlyMemory<byte> body)
    {
        if (contentType.Kind == SendContentKind.None)
        {
            return SendParse.Missing;
        }

        if (contentType.Charset == SendCharset.Unsupported)
        {
            return SendParse.UnsupportedMediaType;
        }

        var text = SendBodyText.ToUtf8(body, contentType.Charset);
        return text.IsEmpty ? SendParse.Missing
            : contentType.Kind == SendContentKind.Json ? JsonSendBody.Parse(text)
            : FormSendBody.Parse(text.Span);
    }
}

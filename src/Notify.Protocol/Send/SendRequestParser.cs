using Notify.Protocol.Send.Form;

namespace Notify.Protocol.Send;

/// <summary>
/// Reads the body of <c>POST /send</c> as the original does: JSON by the rules of body-parser's strict mode, forms by those of
/// its extended mode. The size limit and the content coding are the endpoint's; nothing here throws on what a client sends.
/// </summary>
public static class SendRequestParser
{
    /// <summary>How deep JSON may nest; the original has no limit of its own. Deeper is 400.</summary>
    public const int MaxJsonDepth = 1000;

    /// <summary>How many <c>name=value</c> pairs a form may have. More is 413.</summary>
    public const int MaxFormParameters = 1000;

    /// <summary>How many brackets a form's name may have. More is 400.</summary>
    public const int MaxFormDepth = 32;

    /// <summary>Reads <paramref name="body"/>, already decompressed, by the <c>Content-Type</c> header that came with it.</summary>
    public static SendParse Parse(string? contentType, ReadOnlyMemory<byte> body) => Parse(SendContentType.Parse(contentType), body);

    /// <summary>Reads the decoded fields of a form that came in parts (<c>multipart/form-data</c>).</summary>
    public static SendParse Parse(IReadOnlyCollection<KeyValuePair<string, string>> fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        return FormSendBody.Parse(fields);
    }

    /// <summary>Reads <paramref name="body"/>, already decompressed, for an endpoint that looked at the header before it read the body.</summary>
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

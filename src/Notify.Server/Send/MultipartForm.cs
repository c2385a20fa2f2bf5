using System.Runtime.InteropServices;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Notify.Protocol.Send;

namespace Notify.Server.Send;

/// <summary>Holds the fields of a <c>multipart/form-data</c> body. PHP sends an array in this form. Files are not allowed.</summary>
/// <param name="Status">
/// <see cref="SendParseStatus.UnsupportedMediaType"/> for a file, <see cref="SendParseStatus.PayloadTooLarge"/> for too many fields,
/// <see cref="SendParseStatus.BadRequest"/> for a malformed body.
/// </param>
/// <param name="Fields">The names and values in order; empty when the body is refused.</param>
internal readonly record struct MultipartForm(SendParseStatus Status, IReadOnlyCollection<KeyValuePair<string, string>> Fields)
{
    // RFC 2046, section 5.1.1.
    private const int MaxBoundary = 70;

    /// <summary>Gets the boundary that a <c>Content-Type</c> names; null when it is another type, or names none.</summary>
    public static string? BoundaryOf(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
        && HeaderUtilities.RemoveQuotes(type.Boundary) is { Length: > 0 and <= MaxBoundary } boundary
            ? boundary.ToString()
            : null;

    /// <summary>Reads the fields of a body that is in memory.</summary>
    public static async Task<MultipartForm> ReadAsync(string boundary, ReadOnlyMemory<byte> body)
    {
        var fields = new List<KeyValuePair<string, string>>();
        if (body.IsEmpty)
        {
            return new(SendParseStatus.Parsed, fields);
        }

        using var stream = MemoryMarshal.TryGetArray(body, out var segment)
            ? new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false)
            : new MemoryStream(body.ToArray());
        var reader = new MultipartReader(boundary, stream);
        try
        {
            while (await reader.ReadNextSectionAsync() is { } section)
            {
                if (section.GetContentDispositionHeader() is not { } disposition
                    || !disposition.DispositionType.Equals("form-data", StringComparison.OrdinalIgnoreCase))
                {
                    return new(SendParseStatus.BadRequest, []);
                }

                if (disposition.IsFileDisposition())
                {
                    return new(SendParseStatus.UnsupportedMediaType, []);
                }

                if (fields.Count == SendRequestParser.MaxFormParameters)
                {
                    return new(SendParseStatus.PayloadTooLarge, []);
                }

                var name = HeaderUtilities.UnescapeAsQuotedString(disposition.Name).ToString();
                fields.Add(KeyValuePair.Create(name, await ValueAsync(section)));
            }
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            // The body ends too soon, or a part has too many or too long headers.
            return new(SendParseStatus.BadRequest, []);
        }

        return new(SendParseStatus.Parsed, fields);
    }

    private static async Task<string> ValueAsync(MultipartSection section)
    {
        using var value = new MemoryStream();
        await section.Body.CopyToAsync(value);
        return Encoding.UTF8.GetString(value.GetBuffer(), 0, (int)value.Length);
    }
}

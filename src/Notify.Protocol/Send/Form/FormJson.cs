using System.Buffers;
using System.Text;

namespace Notify.Protocol.Send.Form;

/// <summary>Writes a form's value as JSON text, with only the escapes that JSON requires.</summary>
internal static class FormJson
{
    private static readonly SearchValues<char> Escaped =
        SearchValues.Create(string.Concat(Enumerable.Range(0, 0x20).Select(c => (char)c)) + "\"\\");

    /// <summary>Returns the UTF-8 JSON text of <paramref name="node"/>. The depth limit of names bounds the recursion.</summary>
    public static ReadOnlyMemory<byte> Write(FormNode node)
    {
        var output = new ArrayBufferWriter<byte>();
        Write(output, node);
        return output.WrittenMemory;
    }

    private static void Write(ArrayBufferWriter<byte> output, FormNode node)
    {
        switch (node)
        {
            case FormText text:
                WriteText(output, text.Value);
                break;
            case FormArray array:
                WriteAll(output, array.Items, '[', ']', static (output, item) => Write(output, item.Value));
                break;
            case FormObject value:
                WriteAll(output, value.InJsOrder(), '{', '}', WriteMember);
                break;
        }
    }

    private static void WriteMember(ArrayBufferWriter<byte> output, KeyValuePair<string, FormNode> member)
    {
        WriteText(output, member.Key);
        WriteByte(output, ':');
        Write(output, member.Value);
    }

    private static void WriteAll<T>(
        ArrayBufferWriter<byte> output, IEnumerable<T> items, char open, char close, Action<ArrayBufferWriter<byte>, T> write)
    {
        WriteByte(output, open);
        var first = true;
        foreach (var item in items)
        {
            if (!first)
            {
                WriteByte(output, ',');
            }

            first = false;
            write(output, item);
        }

        WriteByte(output, close);
    }

    private static void WriteText(ArrayBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        WriteByte(output, '"');
        for (var at = text.IndexOfAny(Escaped); at >= 0; at = text.IndexOfAny(Escaped))
        {
            Encoding.UTF8.GetBytes(text[..at], output);
            WriteEscape(output, text[at]);
            text = text[(at + 1)..];
        }

        Encoding.UTF8.GetBytes(text, output);
        WriteByte(output, '"');
    }

    private static void WriteEscape(ArrayBufferWriter<byte> output, char c)
    {
        var letter = c switch
        {
            '"' or '\\' => c,
            '\b' => 'b',
            '\f' => 'f',
            '\n' => 'n',
            '\r' => 'r',
            '\t' => 't',
            _ => 'u',
        };
        output.Write([(byte)'\\', (byte)letter]);
        if (letter == 'u')
        {
            output.Write([(byte)'0', (byte)'0', (byte)('0' + (c >> 4)), "0123456789abcdef"u8[c & 0xF]]);
        }
    }

    private static void WriteByte(ArrayBufferWriter<byte> output, char ascii)
    {
        output.GetSpan(1)[0] = (byte)ascii;
        output.Advance(1);
    }
}

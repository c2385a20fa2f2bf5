using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Notify.Protocol.EngineIo;

namespace Notify.Protocol.SocketIo;

/// <summary>Builds the text of one outgoing packet, beginning with the Engine.IO type and the header.</summary>
internal readonly ref struct SocketText
{
    private readonly ArrayBufferWriter<byte> _output;
    private readonly bool _asciiHeader;

    public SocketText(SocketPacketType type, string ns, ulong? id = null, int attachments = 0)
    {
        ArgumentNullException.ThrowIfNull(ns);
        _output = new ArrayBufferWriter<byte>(64);
        _asciiHeader = Ascii.IsValid(ns);
        var writer = new PayloadWriter(_output);
        writer.WriteByte((byte)'4');
        writer.WriteByte((byte)('0' + (byte)type));
        if (attachments > 0)
        {
            writer.WriteNumber(attachments);
            writer.WriteByte((byte)'-');
        }

        if (ns is not ("" or SocketHeader.DefaultNamespace))
        {
            Encoding.UTF8.GetBytes(ns, _output);
            writer.WriteByte((byte)',');
        }

        if (id is { } value)
        {
            Encoding.UTF8.GetBytes(value.ToString(CultureInfo.InvariantCulture), _output);
        }
    }

    public SocketText Raw(ReadOnlySpan<byte> json)
    {
        _output.Write(json);
        return this;
    }

    /// <summary>Writes <paramref name="value"/> as a JSON string. Lone surrogates become U+FFFD.</summary>
    public SocketText String(string value)
    {
        _output.Write("\""u8);
        _output.Write(JsonEncodedText.Encode(Encoding.UTF8.GetBytes(value)).EncodedUtf8Bytes);
        _output.Write("\""u8);
        return this;
    }

    /// <summary>Writes a JSON array: <paramref name="name"/>, if there is one, then <paramref name="arguments"/> unchanged.</summary>
    public SocketText Array(string? name, ReadOnlySpan<ReadOnlyMemory<byte>> arguments)
    {
        _output.Write("["u8);
        var separator = ""u8;
        if (name is not null)
        {
            String(name);
            separator = ","u8;
        }

        foreach (var argument in arguments)
        {
            _output.Write(separator);
            _output.Write(argument.Span);
            separator = ","u8;
        }

        _output.Write("]"u8);
        return this;
    }

    /// <summary>
    /// Returns the finished message. It must not be escaped if its namespace contains characters outside ASCII, because the namespace is
    /// not in a JSON string.
    /// </summary>
    public WireMessage ToMessage() => _asciiHeader ? WireMessage.Json(_output.WrittenMemory) : WireMessage.Text(_output.WrittenMemory);
}

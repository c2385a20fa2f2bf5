using System.IO.Pipelines;

namespace Notify.Server.Http2;

/// <summary>
/// Writes Kestrel's HTTP/2 output, and removes SETTINGS_ENABLE_CONNECT_PROTOCOL (RFC 8441 section 3) from its first frame. Kestrel always
/// offers WebSockets over HTTP/2 and has no switch for it. Each WebSocket of this server has a TCP connection of its own, because its
/// writer must be the only one. Without the offer, browsers open one.
/// </summary>
/// <param name="inner">The connection's output.</param>
internal sealed class PlainConnectSettings(PipeWriter inner) : PipeWriter
{
    // A frame begins with its length, type, flags and stream: nine bytes (RFC 9113 section 4.1). The server's first frame is SETTINGS.
    private const int HeadLength = 9;
    private const int SettingLength = 6;
    private const ushort EnableConnectProtocol = 8;

    private Memory<byte> _memory;
    private int _read;
    private int _length;
    private int _setting;
    private bool _isDone;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        var memory = inner.GetMemory(sizeHint);
        _memory = _isDone ? default : memory;
        return memory;
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => _isDone ? inner.GetSpan(sizeHint) : GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        if (!_isDone)
        {
            foreach (ref var value in _memory.Span[..bytes])
            {
                Follow(ref value);
            }
        }

        inner.Advance(bytes);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    // Byte by byte, because the frame may be written in parts. It has about thirty bytes, once for each connection.
    private void Follow(ref byte value)
    {
        if (_isDone)
        {
            return;
        }

        var place = _read - HeadLength;
        _read++;
        if (place < 0)
        {
            _length = place < 3 - HeadLength ? (_length << 8) | value : _length;
            _isDone = place == -1 && _length == 0;
            return;
        }

        // A setting has two bytes for its name and four for its value.
        switch (place % SettingLength)
        {
            case 0:
                _setting = value << 8;
                break;
            case 1:
                _setting |= value;
                break;
            default:
                value = _setting == EnableConnectProtocol ? (byte)0 : value;
                break;
        }

        _isDone = place + 1 == _length;
    }
}

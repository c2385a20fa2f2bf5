using System.IO.Pipelines;

namespace Notify.Server.Http2;

/// <summary>
/// Writes what Kestrel sends by HTTP/2, and takes SETTINGS_ENABLE_CONNECT_PROTOCOL (RFC 8441 section 3) out of its first frame: Kestrel
/// always offers WebSockets over HTTP/2 and has no switch for it. The WebSockets of this server have a TCP connection each, which their
/// writers use alone; a browser that is not offered the other way opens one.
/// </summary>
/// <param name="inner">The connection's output.</param>
internal sealed class PlainConnectSettings(PipeWriter inner) : PipeWriter
{
    // A frame begins with its length, type, flags and stream: nine bytes (RFC 9113 section 4.1). The server's first is SETTINGS.
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

    // Byte by byte, because the frame may come in pieces; it is some thirty bytes, once for a connection.
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

        // Two bytes that name a setting, and four of its value.
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

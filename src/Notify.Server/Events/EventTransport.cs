using System.Buffers;
using System.IO.Pipelines;
using Notify.Broker.Connections;
using Notify.Protocol;
using Notify.Protocol.Events;

namespace Notify.Server.Events;

/// <summary>
/// The response that is one event stream. It keeps where the stream stands and writes that as the <c>id</c> line before the bytes of each
/// event, which all streams share. Nothing touches the response any more once <see cref="CloseAsync"/> has returned.
/// </summary>
/// <param name="context">The request; its response has begun.</param>
/// <param name="positions">Where the stream stands; from now on the transport's own.</param>
internal sealed class EventTransport(HttpContext context, PositionVector positions) : ITransport
{
    private readonly Lock _lock = new();
    private readonly PipeWriter _output = context.Response.BodyWriter;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _flushing;
    private bool _isClosed;

    public int MaxMessages => int.MaxValue;

    /// <summary>Completes when all is written, or nothing more can be.</summary>
    public Task Ended => _ended.Task;

    public bool TryAcquire() => true;

    public ValueTask WriteAsync(IReadOnlyList<WireMessage> batch)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return ValueTask.FromException(Broken());
            }

            for (var i = 0; i < batch.Count; i++)
            {
                if (batch[i] is PositionedEvent positioned)
                {
                    positions.Advance(positioned);
                    positions.WriteTo(_output);
                }

                _output.Write(batch[i].Payload.Span);
            }

            var flush = _output.FlushAsync();
            if (flush.IsCompletedSuccessfully)
            {
                return flush.Result.IsCompleted ? ValueTask.FromException(Broken()) : ValueTask.CompletedTask;
            }

            _flushing = FlushAsync(flush);
            return new ValueTask(_flushing);
        }
    }

    public void Complete() => _ended.TrySetResult();

    public void Abort()
    {
        lock (_lock)
        {
            // The context is another request's once this one has ended.
            if (!_isClosed)
            {
                context.Abort();
            }
        }

        _ended.TrySetResult();
    }

    /// <summary>Takes nothing more, and waits for what is being written.</summary>
    public async Task CloseAsync()
    {
        Task? flushing;
        lock (_lock)
        {
            _isClosed = true;
            flushing = _flushing;
        }

        if (flushing is not null)
        {
            // The writer is told of a failure, and ends the session by it.
            await flushing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static IOException Broken() => new("The event stream has ended.");

    private static async Task FlushAsync(ValueTask<FlushResult> flush)
    {
        if ((await flush).IsCompleted)
        {
            throw Broken();
        }
    }
}

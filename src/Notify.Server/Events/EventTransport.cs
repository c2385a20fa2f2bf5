using System.Buffers;
using System.IO.Pipelines;
using Notify.Broker.Connections;
using Notify.Protocol;
using Notify.Protocol.Events;

namespace Notify.Server.Events;

/// <summary>
/// Writes one event stream to its response. It tracks the stream's positions and writes them as the <c>id</c> line before the bytes of each
/// event, which all streams share. The response is not used after <see cref="CloseAsync"/> has returned.
/// </summary>
/// <param name="context">The request, whose response has begun.</param>
/// <param name="positions">The stream's positions, which the transport owns from now on.</param>
internal sealed class EventTransport(HttpContext context, PositionVector positions) : ITransport
{
    private readonly Lock _lock = new();
    private readonly PipeWriter _output = context.Response.BodyWriter;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _flushing;
    private bool _isClosed;

    public int MaxMessages => int.MaxValue;

    /// <summary>Gets a task that completes when everything is written, or when writing has failed.</summary>
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
            // After the end of this request, the context belongs to another one.
            if (!_isClosed)
            {
                context.Abort();
            }
        }

        _ended.TrySetResult();
    }

    /// <summary>Stops writing, and waits for the write that is under way.</summary>
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
            // The writer receives the failure and ends the session.
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

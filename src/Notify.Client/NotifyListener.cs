using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Notify.Client;

/// <summary>
/// Listens to channels. It connects again when a connection ends, and continues from its position: each notification is returned once and
/// in order, and lost history is reported. It is safe to use from any thread.
/// </summary>
public sealed class NotifyListener
{
    private readonly NotifyClientOptions _options;
    private readonly Func<HttpMessageInvoker>? _invoker;
    private readonly ILogger _logger;

    /// <summary>Creates a listener.</summary>
    /// <param name="options">The address, the key, the token and the times.</param>
    /// <param name="logger">Logs reconnects and lost history.</param>
    /// <param name="invoker">
    /// Returns what connections are opened through, for example with a certificate authority or a proxy of your own. By default each
    /// connection is opened with the defaults of the platform. It is called for each connection, and its result is not disposed.
    /// </param>
    /// <exception cref="InvalidOperationException">The address or the key is missing.</exception>
    public NotifyListener(NotifyClientOptions options, ILogger<NotifyListener>? logger = null, Func<HttpMessageInvoker>? invoker = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        NotifyClientOptions.Require(options.Key, nameof(options.Key));
        options.AddressOf("ws");
        (_options, _logger, _invoker) = (options, logger ?? NullLogger<NotifyListener>.Instance, invoker);
    }

    /// <summary>Listens to channels, beginning with the next notification.</summary>
    /// <param name="channels">The channels.</param>
    /// <param name="cancellation">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="NotifyRefusedException">The server refuses the listener for good.</exception>
    /// <exception cref="NotifyUnavailableException">The server was away for <see cref="NotifyClientOptions.GiveUpAfter"/>.</exception>
    public IAsyncEnumerable<Notification> ListenAsync(IEnumerable<string> channels, CancellationToken cancellation = default) =>
        ListenAsync(new NotifySubscription(channels), cancellation);

    /// <summary>Listens as a subscription describes. To end, leave the loop or cancel.</summary>
    /// <param name="subscription">What to listen to.</param>
    /// <param name="cancellation">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="NotifyRefusedException">The server refuses the listener for good.</exception>
    /// <exception cref="NotifyUnavailableException">The server was away for <see cref="NotifyClientOptions.GiveUpAfter"/>.</exception>
    public IAsyncEnumerable<Notification> ListenAsync(NotifySubscription subscription, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        return EnumerateAsync(subscription, cancellation);
    }

    private async IAsyncEnumerable<Notification> EnumerateAsync(
        NotifySubscription subscription, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var items = Channel.CreateBounded<ListenItem>(
            new BoundedChannelOptions(Math.Max(1, subscription.Buffer)) { SingleReader = true, SingleWriter = true });
        var pump = new ListenPump(_options, _invoker, subscription, items.Writer, _logger);

        // On the pool, whatever context the caller has.
        var running = Task.Run(() => pump.RunAsync(stop.Token), CancellationToken.None);
        try
        {
            await foreach (var item in items.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
            {
                if (item.Notification is { } notification)
                {
                    yield return notification;
                }
                else if (item.Lost is { } lost)
                {
                    ClientLog.Lost(_logger, lost.Channel);
                    if (subscription.OnHistoryLost is { } report)
                    {
                        await report(lost, cancellation).ConfigureAwait(false);
                    }
                }
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await running.ConfigureAwait(false);
        }
    }
}

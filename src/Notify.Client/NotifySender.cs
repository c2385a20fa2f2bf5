using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Notify.Client;

/// <summary>
/// Publishes notifications. It repeats requests that failed for a temporary reason, under one idempotency key for each call, so that a
/// notification never arrives twice. It is safe to use from any thread; use one for the whole program.
/// </summary>
public sealed class NotifySender
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);

    // Many senders that were told the same time do not come back at the same moment.
    private const double RetryAfterSpread = 0.2;

    private readonly Func<HttpClient> _http;
    private readonly NotifyClientOptions _options;
    private readonly ILogger _logger;
    private readonly Uri _address;

    /// <summary>Creates a sender.</summary>
    /// <param name="http">The client that requests go through. It is not disposed.</param>
    /// <param name="options">The address, the secret and the times.</param>
    /// <param name="logger">Logs repeated requests.</param>
    /// <exception cref="InvalidOperationException">The address or the secret is missing.</exception>
    public NotifySender(HttpClient http, NotifyClientOptions options, ILogger<NotifySender>? logger = null)
        : this(() => http, options, logger) => ArgumentNullException.ThrowIfNull(http);

    internal NotifySender(Func<HttpClient> http, NotifyClientOptions options, ILogger<NotifySender>? logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        NotifyClientOptions.Require(options.Secret, nameof(options.Secret));
        (_http, _options, _logger) = (http, options, logger ?? NullLogger<NotifySender>.Instance);
        _address = options.AddressOf("api/notifications");
    }

    /// <summary>Publishes a notification to a channel.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="notification">The notification. Anonymous types serve too.</param>
    /// <param name="idempotencyKey">
    /// The name of this send, for a caller that may repeat it itself: within 24 hours, the same key is the same send. By default each call
    /// has a key of its own.
    /// </param>
    /// <param name="cancellation">Cancels the send. The notification may be stored all the same.</param>
    /// <typeparam name="T">The type of the notification.</typeparam>
    /// <exception cref="NotifySendException">The notification is refused, or the server did not answer in time.</exception>
    [RequiresUnreferencedCode(NotifyJson.Reflection)]
    [RequiresDynamicCode(NotifyJson.Reflection)]
    public async Task<PublishResult> SendAsync<T>(
        string channel, T notification, string? idempotencyKey = null, CancellationToken cancellation = default) =>
        (await SendAsync([channel], notification, idempotencyKey, cancellation).ConfigureAwait(false))[0];

    /// <summary>Publishes a notification to several channels.</summary>
    /// <param name="channels">The channels.</param>
    /// <param name="notification">The notification. Anonymous types serve too.</param>
    /// <param name="idempotencyKey">The name of this send; null for a new one.</param>
    /// <param name="cancellation">Cancels the send. The notification may be stored all the same.</param>
    /// <typeparam name="T">The type of the notification.</typeparam>
    /// <returns>The result in each channel, in the order of the channels.</returns>
    /// <exception cref="NotifySendException">The notification is refused, or the server did not answer in time.</exception>
    [RequiresUnreferencedCode(NotifyJson.Reflection)]
    [RequiresDynamicCode(NotifyJson.Reflection)]
    public Task<IReadOnlyList<PublishResult>> SendAsync<T>(
        IEnumerable<string> channels, T notification, string? idempotencyKey = null, CancellationToken cancellation = default) =>
        SendJsonAsync(
            channels, JsonSerializer.SerializeToUtf8Bytes(notification, JsonSerializerOptions.Web), idempotencyKey, cancellation);

    /// <summary>Publishes a notification to a channel, without reflection.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="notification">The notification.</param>
    /// <param name="type">The type, from a <see cref="System.Text.Json.Serialization.JsonSerializerContext"/>.</param>
    /// <param name="idempotencyKey">The name of this send; null for a new one.</param>
    /// <param name="cancellation">Cancels the send. The notification may be stored all the same.</param>
    /// <typeparam name="T">The type of the notification.</typeparam>
    /// <exception cref="NotifySendException">The notification is refused, or the server did not answer in time.</exception>
    public async Task<PublishResult> SendAsync<T>(
        string channel, T notification, JsonTypeInfo<T> type, string? idempotencyKey = null, CancellationToken cancellation = default) =>
        (await SendAsync([channel], notification, type, idempotencyKey, cancellation).ConfigureAwait(false))[0];

    /// <summary>Publishes a notification to several channels, without reflection.</summary>
    /// <param name="channels">The channels.</param>
    /// <param name="notification">The notification.</param>
    /// <param name="type">The type, from a <see cref="System.Text.Json.Serialization.JsonSerializerContext"/>.</param>
    /// <param name="idempotencyKey">The name of this send; null for a new one.</param>
    /// <param name="cancellation">Cancels the send. The notification may be stored all the same.</param>
    /// <typeparam name="T">The type of the notification.</typeparam>
    /// <returns>The result in each channel, in the order of the channels.</returns>
    /// <exception cref="NotifySendException">The notification is refused, or the server did not answer in time.</exception>
    public Task<IReadOnlyList<PublishResult>> SendAsync<T>(
        IEnumerable<string> channels,
        T notification,
        JsonTypeInfo<T> type,
        string? idempotencyKey = null,
        CancellationToken cancellation = default) =>
        SendJsonAsync(channels, JsonSerializer.SerializeToUtf8Bytes(notification, type), idempotencyKey, cancellation);

    /// <summary>Publishes a notification that is JSON already.</summary>
    /// <param name="channels">The channels.</param>
    /// <param name="json">The notification, in UTF-8.</param>
    /// <param name="idempotencyKey">The name of this send; null for a new one.</param>
    /// <param name="cancellation">Cancels the send. The notification may be stored all the same.</param>
    /// <returns>The result in each channel, in the order of the channels.</returns>
    /// <exception cref="NotifySendException">The notification is refused, or the server did not answer in time.</exception>
    /// <exception cref="ArgumentException">There is no channel, or the notification is no JSON.</exception>
    public async Task<IReadOnlyList<PublishResult>> SendJsonAsync(
        IEnumerable<string> channels, ReadOnlyMemory<byte> json, string? idempotencyKey = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(channels);

        // Made once for all attempts, so that the server knows a repeated request.
        var key = idempotencyKey ?? Guid.CreateVersion7().ToString("N");
        var body = Write(channels, json, key);
        var began = _options.Time.GetTimestamp();
        var mayBeStored = false;
        for (var failures = 0; ; failures++)
        {
            var attempt = await TryAsync(body, LeftOf(began), cancellation).ConfigureAwait(false);
            if (attempt.Results is { } results)
            {
                return results;
            }

            mayBeStored |= attempt.MayBeStored;
            var random = Random.Shared.NextDouble();
            var delay = attempt.RetryAfter * (1 + (RetryAfterSpread * random))
                ?? Backoff.Next(failures, FirstDelay, _options.MaxRetryDelay, random);
            if (!attempt.IsTemporary || delay >= LeftOf(began))
            {
                throw attempt.ToException(mayBeStored, key, failures + 1);
            }

            ClientLog.Repeating(_logger, attempt.Reason, delay.TotalMilliseconds);
            await Task.Delay(delay, _options.Time, cancellation).ConfigureAwait(false);
        }
    }

    private static ReadOnlyMemory<byte> Write(IEnumerable<string> channels, ReadOnlyMemory<byte> notification, string key)
    {
        var output = new ArrayBufferWriter<byte>(256 + notification.Length);
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { MaxDepth = NotifyJson.MaxDepth });
        json.WriteStartObject();
        json.WriteStartArray("channels"u8);
        var count = 0;
        foreach (var channel in channels)
        {
            json.WriteStringValue(channel ?? throw new ArgumentException("A channel is null.", nameof(channels)));
            count++;
        }

        if (count == 0)
        {
            throw new ArgumentException("A send needs at least one channel.", nameof(channels));
        }

        json.WriteEndArray();
        json.WriteString("idempotencyKey"u8, key);
        json.WritePropertyName("notification"u8);
        try
        {
            json.WriteRawValue(notification.Span);
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            throw new ArgumentException($"The notification is no JSON: {exception.Message}", nameof(notification), exception);
        }

        json.WriteEndObject();
        json.Flush();
        return output.WrittenMemory;
    }

    private TimeSpan LeftOf(long began) => _options.SendTimeout - _options.Time.GetElapsedTime(began);

    private async Task<SendAttempt> TryAsync(ReadOnlyMemory<byte> body, TimeSpan left, CancellationToken cancellation)
    {
        var limit = left < _options.AttemptTimeout ? left : _options.AttemptTimeout;
        using var late = new CancellationTokenSource(limit > TimeSpan.Zero ? limit : TimeSpan.Zero, _options.Time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Authorization = new("Bearer", _options.Secret);
        try
        {
            using var response = await _http().SendAsync(request, HttpCompletionOption.ResponseContentRead, stop.Token)
                .ConfigureAwait(false);
            var content = await response.Content.ReadAsByteArrayAsync(stop.Token).ConfigureAwait(false);
            return SendAttempt.Of(response, content, _options.Time.GetUtcNow());
        }
        catch (HttpRequestException exception)
        {
            return SendAttempt.Of(exception);
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            return SendAttempt.Late(exception);
        }
    }
}

namespace Notify.Client;

/// <summary>Configures a <see cref="NotifySender"/>, a <see cref="NotifyListener"/>, or both.</summary>
public sealed class NotifyClientOptions
{
    /// <summary>Gets or sets the address of the server, for example <c>https://notify.example.com</c>. It may have a path.</summary>
    public Uri? Address { get; set; }

    /// <summary>Gets or sets the secret of the backend (<c>NOTIFICATION_SECRET</c>). Only senders need it.</summary>
    public string Secret { get; set; } = "";

    /// <summary>Gets or sets the public key (<c>NOTIFICATION_KEY</c>). Only listeners need it.</summary>
    public string Key { get; set; } = "";

    /// <summary>
    /// Gets or sets the function that returns the listener's token. It is called for each connection, and again before a token expires.
    /// Null, or a null result, is a listener without a token.
    /// </summary>
    public Func<CancellationToken, ValueTask<string?>>? GetToken { get; set; }

    /// <summary>Gets or sets how long a send may take, with all its retries.</summary>
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how long one request of a send, or one attempt of a listener to connect, may take.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets the longest pause between two attempts of a sender.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets the longest pause before a listener connects again, when the server names none.</summary>
    public TimeSpan MaxReconnectDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets or sets how long a listener tries to reach the server before it gives up with a <see cref="NotifyUnavailableException"/>.
    /// Null, the default, means that it never gives up.
    /// </summary>
    public TimeSpan? GiveUpAfter { get; set; }

    /// <summary>
    /// Gets or sets the time between two heartbeats of a listener. A connection on which nothing arrives for two of them is replaced.
    /// Servers end connections that are silent for 50 seconds.
    /// </summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Gets or sets the clock.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>Returns the address of an endpoint.</summary>
    /// <param name="path">Its path, without a slash at the beginning.</param>
    /// <exception cref="InvalidOperationException">The address is missing, or not one of HTTP.</exception>
    internal Uri AddressOf(string path)
    {
        if (Address is not { IsAbsoluteUri: true } || (Address.Scheme != Uri.UriSchemeHttp && Address.Scheme != Uri.UriSchemeHttps))
        {
            throw new InvalidOperationException(
                $"Address of the Notify client is {Address?.ToString() ?? "missing"}; "
                    + "it must be that of the server, for example https://notify.example.com.");
        }

        return new UriBuilder(Address) { Path = $"{Address.AbsolutePath.TrimEnd('/')}/{path}", Query = "", Fragment = "" }.Uri;
    }

    /// <summary>Checks that a value that is needed is set.</summary>
    internal static void Require(string value, string name)
    {
        if (value.Length == 0)
        {
            throw new InvalidOperationException($"{name} of the Notify client is not set.");
        }
    }
}

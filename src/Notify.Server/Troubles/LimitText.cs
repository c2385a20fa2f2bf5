namespace Notify.Server.Troubles;

/// <summary>Explains the limits of the metric <c>notify.limit.refusals</c> to an operator.</summary>
internal static class LimitText
{
    /// <summary>Returns what a limit refuses, and its setting.</summary>
    public static string Of(string limit) => limit switch
    {
        "connections" => "the node has NOTIFY_MAX_CONNECTIONS connections.",
        "handshakes" => "NOTIFY_MAX_HANDSHAKES connections are being opened.",
        "address" => "one client address has NOTIFY_MAX_CONNECTIONS_PER_ADDRESS connections. Name proxies in NOTIFY_TRUSTED_PROXIES.",
        "handshake_rate" => "one client address opens more connections than NOTIFY_HANDSHAKE_RATE allows.",
        "user" => "one user has NOTIFY_MAX_CONNECTIONS_PER_USER connections.",
        "auth_rate" => "one client address showed more than 30 refused tokens in a minute.",
        "secret_rate" => "one client address showed more than 30 wrong secrets in a minute.",
        "send_rate" => "a backend publishes more often than its entry in NOTIFY_SEND_RATE, or its entry in NOTIFY_SECRETS, allows.",
        "joins" => "a connection has joined NOTIFY_MAX_JOINS channels, or all connections together as many as the node's memory allows.",
        "channels" => "the node has as many channels with subscribers as its memory allows.",
        "authorize" => "the backend of NOTIFY_AUTHORIZE_URL answers too slowly.",
        "sockets" => "the process has almost as many open files as it may have. Raise the limit, for example LimitNOFILE of systemd.",
        "receiving" => "the requests that are being received take all memory that they may have.",
        "malformed" => "requests are not valid HTTP.",
        "message_time" => "clients take too long to send a message.",
        "node_handshakes" => "something that is not a node connects to the cluster port.",
        _ => "requests are refused.",
    };
}

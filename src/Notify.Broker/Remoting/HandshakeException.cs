namespace Notify.Broker.Remoting;

/// <summary>Reports that a TLS handshake between two nodes failed, and why.</summary>
internal sealed class HandshakeException : Exception
{
    /// <summary>Creates the exception.</summary>
    public HandshakeException()
    {
    }

    /// <summary>Creates the exception with a message.</summary>
    public HandshakeException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message and its cause.</summary>
    public HandshakeException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception for a kind of failure.</summary>
    public HandshakeException(HandshakeFault fault, Exception innerException)
        : base(innerException.Message, innerException) => Fault = fault;

    /// <summary>Gets the kind of failure.</summary>
    public HandshakeFault Fault { get; }
}

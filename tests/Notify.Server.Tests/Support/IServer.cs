namespace Notify.Server.Tests.Support;

/// <summary>A server that listens.</summary>
public interface IServer
{
    /// <summary>Where, as <c>http://127.0.0.1:port</c>.</summary>
    Uri Address { get; }

    /// <summary>The path of its Engine.IO, with both slashes.</summary>
    string EnginePath { get; }
}

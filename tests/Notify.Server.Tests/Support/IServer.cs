namespace Notify.Server.Tests.Support;

/// <summary>Represents a listening server.</summary>
public interface IServer
{
    /// <summary>Gets its address, as <c>http://127.0.0.1:port</c>.</summary>
    Uri Address { get; }

    /// <summary>Gets the path of its Engine.IO, with both slashes.</summary>
    string EnginePath { get; }
}

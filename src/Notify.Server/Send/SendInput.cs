using System.Runtime.InteropServices;
using Notify.Protocol.Send;
using Notify.Server.Limits;

namespace Notify.Server.Send;

/// <summary>Holds what was read from the body of a request to publish.</summary>
/// <param name="Refusal">The answer for a body that cannot be read or parsed, or null.</param>
/// <param name="Request">The request; null when a parameter is missing.</param>
/// <param name="Body">The buffer that <paramref name="Request"/> refers to, or null.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SendInput(SendAnswer? Refusal, SendRequest? Request, ReceivedBuffer? Body) : IDisposable
{
    /// <inheritdoc />
    public void Dispose() => Body?.Dispose();
}

using System.Runtime.InteropServices;

namespace Notify.Server.Backends;

/// <summary>Contains the backend of a request, or the status with which the request is refused.</summary>
/// <param name="Status">200, or 401, 403 or 429.</param>
/// <param name="Backend">The backend; null when the request is refused.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BackendResult(int Status, Backend? Backend);

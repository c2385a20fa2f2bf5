using System.Globalization;
using System.Runtime.InteropServices;

namespace Notify.Storage.Sqlite;

/// <summary>
/// Describes the owner of a file and the user of this process, as the numbers that <c>chown</c> and containers use. Linux only.
/// </summary>
internal static class FileOwner
{
    // struct statx is the same on every architecture (https://man7.org/linux/man-pages/man2/statx.2.html).
    private const int StatxSize = 256;
    private const int OffsetOfUser = 20;
    private const int CurrentFolder = -100;
    private const uint OwnerWanted = 0x8;

    /// <summary>
    /// Returns a sentence that names the owner, the file's mode and this process's user; empty where the system does not provide them.
    /// </summary>
    public static string Describe(string path)
    {
        if (!OperatingSystem.IsLinux() || UserOf(path) is not { } owner)
        {
            return "";
        }

        var mode = Convert.ToString((int)File.GetUnixFileMode(path), toBase: 8).PadLeft(4, '0');
        return string.Create(
            CultureInfo.InvariantCulture,
            $" It belongs to user {owner}, its mode is {mode}, and the server runs as user {Native.GetEffectiveUser()}.");
    }

    private static uint? UserOf(string path)
    {
        Span<byte> status = stackalloc byte[StatxSize];
        return Native.Statx(CurrentFolder, path, flags: 0, OwnerWanted, ref MemoryMarshal.GetReference(status)) == 0
            ? BitConverter.ToUInt32(status[OffsetOfUser..])
            : null;
    }

    private static class Native
    {
        [DllImport("libc", EntryPoint = "statx")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        public static extern int Statx(
            int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint wanted, ref byte status);

        [DllImport("libc", EntryPoint = "geteuid")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        public static extern uint GetEffectiveUser();
    }
}

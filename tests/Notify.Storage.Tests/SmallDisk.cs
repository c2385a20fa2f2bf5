using System.Diagnostics;

namespace Notify.Storage.Tests;

/// <summary>Mounts a file system of a fixed size. Needs the rights to mount.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _path;

    private SmallDisk(string path)
    {
        _path = path;
    }

    public static SmallDisk Mount(string path, string size)
    {
        Directory.CreateDirectory(path);
        Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", path);
        return new SmallDisk(path);
    }

    public string File(string name) => Path.Combine(_path, name);

    // Lazily, because the store on it may be closed only after this.
    public void Dispose() => Run("umount", "--lazy", _path);

    private static void Run(string program, params string[] arguments)
    {
        using var process =
            Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program}: {error}");
    }
}

using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Notify.Fuzz;

/// <summary>Stores the inputs of one target: files in <c>corpus</c> beside this project.</summary>
/// <param name="target">The target's name.</param>
internal sealed class Corpus(string target)
{
    private readonly string _folder = Path.Combine(Root(), target);

    /// <summary>Reads all inputs.</summary>
    public List<byte[]> Load() => Directory.Exists(_folder)
        ? [.. Directory.EnumerateFiles(_folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)]
        : [];

    /// <summary>Writes an input and returns its path.</summary>
    /// <param name="kind">The kind of finding, the first word of the file's name.</param>
    /// <param name="input">The input.</param>
    public string Save(string kind, byte[] input)
    {
        Directory.CreateDirectory(_folder);
        var path = Path.Combine(_folder, $"{kind}-{Convert.ToHexStringLower(SHA256.HashData(input))[..16]}");
        File.WriteAllBytes(path, input);
        return path;
    }

    private static string Root([CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source)!, "corpus");
}

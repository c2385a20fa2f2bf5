using System.Reflection;

namespace Notify.Server.Startup;

/// <summary>Identifies the build: the version of <c>Directory.Build.props</c> and the commit it was made from.</summary>
/// <param name="Number">The version, for example <c>0.1.0</c>.</param>
/// <param name="Commit">The first characters of the commit; null when the build did not know it, as without git.</param>
internal sealed record ProductVersion(string Number, string? Commit)
{
    private const int ShownCommit = 12;

    /// <summary>Gets the version of this program.</summary>
    public static ProductVersion Current { get; } =
        Parse(typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0");

    /// <summary>Splits an informational version, as the SDK writes it: the number, then <c>+</c> and the commit.</summary>
    public static ProductVersion Parse(string informational)
    {
        var parts = informational.Split('+', 2);
        return new ProductVersion(parts[0], parts is [_, { Length: > 0 } commit] ? commit[..Math.Min(ShownCommit, commit.Length)] : null);
    }

    /// <summary>Writes the name, the version and the commit.</summary>
    public override string ToString() => Commit is null ? $"Notify {Number}" : $"Notify {Number} (commit {Commit})";
}

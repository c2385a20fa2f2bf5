using Notify.Broker.Revocations;

namespace Notify.Server.Api;

/// <summary>Contains the names of kinds of revocations, and the places in their list, for example <c>user:42</c>.</summary>
internal static class RevocationNames
{
    private static readonly string[] Names = ["user", "session", "token", "blocked"];

    /// <summary>Returns the name of a kind.</summary>
    public static string Of(RevocationKind kind) => Names[(int)kind - 1];

    /// <summary>Returns the place of a revocation.</summary>
    public static string Format(Revocation revocation) => $"{Of(revocation.Kind)}:{revocation.Name}";

    /// <summary>Parses a place.</summary>
    public static bool TryParse(string text, out (RevocationKind Kind, string Name)? place)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var kind = colon < 0 ? -1 : Array.IndexOf(Names, text[..colon]);
        place = kind < 0 ? null : ((RevocationKind)(kind + 1), text[(colon + 1)..]);
        return place is not null;
    }
}

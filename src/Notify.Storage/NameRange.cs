namespace Notify.Storage;

/// <summary>Bounds the names that begin with a prefix, in the order of their bytes.</summary>
internal static class NameRange
{
    /// <summary>What comes after all names that begin with <paramref name="prefix"/>, the empty prefix included.</summary>
    public static byte[] End(byte[] prefix)
    {
        // UTF-8 has no byte 0xFF, so the last byte can be raised, and all names are before that one.
        if (prefix.Length == 0)
        {
            return [0xFF];
        }

        var end = prefix.ToArray();
        end[^1]++;
        return end;
    }
}

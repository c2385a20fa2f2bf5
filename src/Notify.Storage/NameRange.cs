namespace Notify.Storage;

/// <summary>Computes the range of names that begin with a prefix, in byte order.</summary>
internal static class NameRange
{
    /// <summary>Returns the smallest value after all names that begin with <paramref name="prefix"/>. The prefix may be empty.</summary>
    public static byte[] End(byte[] prefix)
    {
        // UTF-8 never contains the byte 0xFF, so the last byte can always be incremented.
        if (prefix.Length == 0)
        {
            return [0xFF];
        }

        var end = prefix.ToArray();
        end[^1]++;
        return end;
    }
}

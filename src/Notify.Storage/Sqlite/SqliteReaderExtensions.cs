using Microsoft.Data.Sqlite;

namespace Notify.Storage.Sqlite;

/// <summary>What this store keeps in other forms than the library reads.</summary>
internal static class SqliteReaderExtensions
{
    /// <summary>An id that is kept as its 16 bytes.</summary>
    public static Guid GetGuidOfBytes(this SqliteDataReader rows, int column) => new(rows.GetFieldValue<byte[]>(column));
}

namespace Notify.Storage.Postgres;

/// <summary>Knows which store this is: a number that stands in the epochs of channels that begin here, and changes when all epochs do.</summary>
internal sealed class PostgresIdentity(PostgresSession session)
{
    private int? _value;

    /// <summary>The number, 24 bits.</summary>
    public int Value => _value ??= Read();

    /// <summary>All epochs have changed.</summary>
    public void Forget() => _value = null;

    private int Read()
    {
        var value = 0;
        session.Query("SELECT id FROM notify.store", row => value = row.GetInt32(0));
        return value;
    }
}

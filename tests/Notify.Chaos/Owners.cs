using System.Globalization;
using System.Text;
using Notify.Storage.Tests;

namespace Notify.Chaos;

/// <summary>Tracks the owner of each channel: a trigger in the database records the last claim.</summary>
internal sealed class Owners(string address)
{
    private const string Note = """
        CREATE TABLE owner_of (name bytea PRIMARY KEY, node text NOT NULL);
        CREATE FUNCTION note_owner() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          INSERT INTO public.owner_of VALUES (NEW.name, current_setting('application_name'))
          ON CONFLICT (name) DO UPDATE SET node = EXCLUDED.node;
          RETURN NULL;
        END $$;
        CREATE TRIGGER note_owner AFTER INSERT OR UPDATE OF owner ON notify.channel FOR EACH ROW EXECUTE FUNCTION note_owner();
        """;

    /// <summary>Returns the suffix of a node's connection string, by which the node is identified.</summary>
    public static string Signature(int node) => string.Create(CultureInfo.InvariantCulture, $";Application Name={node}");

    /// <summary>Starts recording. The nodes must have created their tables.</summary>
    public void Watch() => PostgresServer.Execute(address, Note);

    /// <summary>Returns the number of the node that owns a channel; null when it was never claimed.</summary>
    public int? Find(string channel) =>
        PostgresServer.Query(
            address, $"SELECT node FROM owner_of WHERE name = '\\x{Convert.ToHexStringLower(Encoding.UTF8.GetBytes(channel))}'")
            is string node
            ? int.Parse(node, CultureInfo.InvariantCulture)
            : null;
}

using System.Globalization;
using System.Text;
using Notify.Storage.Tests;

namespace Notify.Chaos;

/// <summary>Which node has each channel: whoever has claimed it last says so in the database, where a trigger writes it down.</summary>
internal sealed class Owners(string address)
{
    private const string Note = """
        CREATE TABLE owner_of (name bytea PRIMARY KEY, node text NOT NULL);
        CREATE FUNCTION note_owner() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          INSERT INTO public.owner_of VALUES (NEW.name, current_setting('application_name')) ON CONFLICT (name) DO UPDATE SET node = EXCLUDED.node;
          RETURN NULL;
        END $$;
        CREATE TRIGGER note_owner AFTER INSERT OR UPDATE OF owner ON notify.channel FOR EACH ROW EXECUTE FUNCTION note_owner();
        """;

    /// <summary>What a node's connection string ends with, so that it can be told from the others.</summary>
    public static string Signature(int node) => string.Create(CultureInfo.InvariantCulture, $";Application Name={node}");

    /// <summary>Begins to write down; the nodes have made their tables.</summary>
    public void Watch() => PostgresServer.Execute(address, Note);

    /// <summary>The number of the node that has a channel; null when nobody has claimed it.</summary>
    public int? Find(string channel) =>
        PostgresServer.Query(address, $"SELECT node FROM owner_of WHERE name = '\\x{Convert.ToHexStringLower(Encoding.UTF8.GetBytes(channel))}'") is string node
            ? int.Parse(node, CultureInfo.InvariantCulture)
            : null;
}

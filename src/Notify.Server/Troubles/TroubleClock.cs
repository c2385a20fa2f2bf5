using System.Runtime.InteropServices;

namespace Notify.Server.Troubles;

/// <summary>Remembers since when each trouble lasts. Safe to use from any thread.</summary>
internal sealed class TroubleClock
{
    private readonly Lock _gate = new();
    private Dictionary<Key, DateTimeOffset> _since = [];

    /// <summary>Adds the beginnings to the troubles of this moment, and forgets those that are over.</summary>
    public IReadOnlyList<CurrentTrouble> Date(IReadOnlyList<FoundTrouble> found, DateTimeOffset now)
    {
        lock (_gate)
        {
            var current = new Dictionary<Key, DateTimeOffset>();
            foreach (var trouble in found)
            {
                var key = new Key(trouble.Part, trouble.Subject);
                current[key] = trouble.Since ?? _since.GetValueOrDefault(key, now);
            }

            _since = current;
            return
            [
                .. found.Select(trouble => new CurrentTrouble(
                    trouble.Part, trouble.Message, current[new Key(trouble.Part, trouble.Subject)], trouble.Effect)),
            ];
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Key(string Part, string Subject);
}

using System.Text;
using Notify.Server.Backends;
using Notify.Server.Options;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Backends;

/// <summary>Writes files of secrets.</summary>
internal static class SecretsJson
{
    /// <summary>Returns an entry for the secret <c>NAME-secret</c>.</summary>
    public static string Entry(string name, string scopes, string more = "") =>
        $$"""{"name":"{{name}}","sha256":["{{Hash(name + "-secret")}}"],"scopes":[{{scopes}}]{{more}}}""";

    /// <summary>Returns a file.</summary>
    public static string Of(params string[] entries) => $$"""{"secrets":[{{string.Join(',', entries)}}]}""";

    /// <summary>Returns the hash of a secret.</summary>
    public static string Hash(string secret) => BackendSecrets.HashOf(Encoding.UTF8.GetBytes(secret));

    /// <summary>Returns the settings of a server with a file.</summary>
    public static NotifyOptions Options(string path, string secret = NotifyServer.Secret) =>
        NotifyServer.Default with { Access = new() { Key = NotifyServer.Key, Secret = secret, SecretsPath = path } };
}

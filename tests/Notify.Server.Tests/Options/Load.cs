using System.Text;
using Microsoft.Extensions.Configuration;
using Notify.Server.Options;

namespace Notify.Server.Tests.Options;

/// <summary>Loads options from a few settings.</summary>
internal static class Load
{
    public static NotifyOptions From(params (string Name, string Value)[] environment) => FromFile("{}", environment);

    public static NotifyOptions FromFile(string json, params (string Name, string Value)[] environment)
    {
        var file = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();
        return NotifyOptionsLoader.Load(environment.ToDictionary(pair => pair.Name, pair => pair.Value), file);
    }

    public static IReadOnlyList<string> Errors(params (string Name, string Value)[] environment) => ErrorsOfFile("{}", environment);

    public static string Error(params (string Name, string Value)[] environment) => Assert.Single(Errors(environment));

    public static IReadOnlyList<string> ErrorsOfFile(string json, params (string Name, string Value)[] environment) =>
        Assert.Throws<OptionsException>(() => FromFile(json, environment)).Errors;
}

using Notify.Storage.Postgres;
using Npgsql;

namespace Notify.Storage.Tests;

public sealed class PostgresConnectionStringParserTests
{
    [Theory]
    [InlineData("postgres://u:p@db:6543/d", "Host=db;Port=6543;Username=u;Password=p;Database=d")]
    [InlineData("postgresql://u@db", "Host=db;Username=u")]
    [InlineData(
        "postgres://u:p%40ss%2Fw%3Frd@db/d?sslmode=verify-full&sslrootcert=/ca.pem",
        "Host=db;Username=u;Password=p@ss/w?rd;Database=d;SSL Mode=VerifyFull;Root Certificate=/ca.pem")]
    [InlineData(
        "postgres://u:p@ss@db:5432/my%20db?connect_timeout=9",
        "Host=db;Port=5432;Username=u;Password=p@ss;Database=my db;Timeout=9")]
    [InlineData("postgres://u:p@[::1]:5433/d", "Host=::1;Port=5433;Username=u;Password=p;Database=d")]
    [InlineData(
        "postgres://u:p@a:1,b:2/d?target_session_attrs=read-write",
        "Host=a:1,b:2;Username=u;Password=p;Database=d;Target Session Attributes=read-write")]
    [InlineData("postgres:///d?host=/var/run/postgresql&user=u&password=p", "Host=/var/run/postgresql;Database=d;Username=u;Password=p")]
    [InlineData(
        "postgres://u:p@db/d?application_name=shop&command_timeout=7",
        "Host=db;Username=u;Password=p;Database=d;Application Name=shop;Command Timeout=7")]
    [InlineData("Server=db;User Id=u;Pwd=\"p;q\"", "Host=db;Username=u;Password=\"p;q\"")]
    public void An_address_is_a_connection_string_or_a_uri(string text, string expected)
    {
        Assert.True(PostgresConnectionStringParser.TryRead(text, out var address));

        Assert.True(new NpgsqlConnectionStringBuilder(expected).EquivalentTo(address), address.ConnectionString);
    }

    [Theory]
    [InlineData("")]
    [InlineData("postgres://")]
    [InlineData("postgres://u:p@/d")]
    [InlineData("postgres://u:p@db:port/d")]
    [InlineData("postgres://u:p@db:99999999999/d")]
    [InlineData("postgres://u:p@db/d?sslmode=maybe")]
    [InlineData("postgres://u:p@db/d?colour=red")]
    [InlineData("postgres://u:p@db/d?sslmode")]
    [InlineData("Username=u;Password=p")]
    [InlineData("Host=db;Colour=red")]
    [InlineData("Host=db;Port=x")]
    [InlineData("db:5432")]
    public void What_is_no_address_is_refused(string text) => Assert.False(PostgresConnectionStringParser.TryRead(text, out _));

    [Fact]
    public void Limits_that_the_operator_does_not_give_are_those_that_notice_a_dead_server_in_seconds()
    {
        Assert.True(PostgresConnectionStringParser.TryRead("Host=db;Command Timeout=17", out var address));

        using var source = PostgresDataSources.ForWriting(address);
        var settings = new NpgsqlConnectionStringBuilder(source.ConnectionString);

        Assert.Equal(
            (3, 17, -1, "notify"),
            (settings.Timeout, settings.CommandTimeout, settings.CancellationTimeout, settings.ApplicationName));
    }

    [Fact]
    public void Of_several_hosts_the_one_that_can_be_written_to_is_taken()
    {
        Assert.True(PostgresConnectionStringParser.TryRead("postgres://u@a,b/d", out var address));

        using var source = PostgresDataSources.ForReading(address, 4);
        var settings = new NpgsqlConnectionStringBuilder(source.ConnectionString);

        Assert.Equal(("primary", 4), (settings.TargetSessionAttributes, settings.MaxPoolSize));
    }
}

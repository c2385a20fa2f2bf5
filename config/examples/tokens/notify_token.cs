#:property PublishAot=false
// dotnet run notify_token.cs USER CHANNEL...
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

if (Environment.GetEnvironmentVariable("NOTIFY_TOKEN_SECRET") is not { Length: > 0 } secret || args.Length == 0)
{
    Console.Error.WriteLine("no token: NOTIFY_TOKEN_SECRET or the user is not set");
    return 1;
}

Console.WriteLine(NotifyToken(secret, args[0], args[1..], TimeSpan.FromMinutes(15)));
return 0;

// Returns a token for a page. The channels are what its user may join: names, and prefixes with * at the end. The own channel, user:ID,
// needs no entry.
static string NotifyToken(string secret, string user, string[] channels, TimeSpan life)
{
    var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
    var claims = JsonSerializer.SerializeToUtf8Bytes(new { sub = user, channels, iat = now, exp = now + (long)life.TotalSeconds });
    var body = Base64Url.EncodeToString("""{"alg":"HS256","typ":"JWT"}"""u8) + "." + Base64Url.EncodeToString(claims);
    return body + "." + Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(body)));
}

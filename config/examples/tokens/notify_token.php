<?php
/**
 * Returns a token for a page. $channels is what its user may join: names, and prefixes with * at the end. The own channel, user:ID,
 * needs no entry.
 */
function notify_token(string $secret, string $user, array $channels = [], int $seconds = 900): string
{
    $base64 = fn (string $text) => rtrim(strtr(base64_encode($text), '+/', '-_'), '=');
    $claims = ['sub' => $user, 'channels' => array_values($channels), 'iat' => time(), 'exp' => time() + $seconds];
    $body = $base64('{"alg":"HS256","typ":"JWT"}') . '.' . $base64(json_encode($claims, JSON_THROW_ON_ERROR));
    return $body . '.' . $base64(hash_hmac('sha256', $body, $secret, true));
}

// php notify_token.php USER CHANNEL...
if (PHP_SAPI === 'cli' && realpath($argv[0]) === __FILE__) {
    $secret = (string) getenv('NOTIFY_TOKEN_SECRET');
    if ($secret === '' || $argc < 2) {
        fwrite(STDERR, "no token: NOTIFY_TOKEN_SECRET or the user is not set\n");
        exit(1);
    }
    echo notify_token($secret, $argv[1], array_slice($argv, 2)), "\n";
}

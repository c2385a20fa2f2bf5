<?php
// php send.php CHANNEL JSON
[, $channel, $json] = $argv + [null, 'news', '{"title":"Hello from PHP"}'];

function fail(string $message): never
{
    fwrite(STDERR, "not sent: $message\n");
    exit(1);
}

$url = getenv('NOTIFY_URL') ?: fail('NOTIFY_URL is not set');
$secret = getenv('NOTIFICATION_SECRET') ?: fail('NOTIFICATION_SECRET is not set');
try {
    $notification = json_decode($json, false, 512, JSON_THROW_ON_ERROR);
} catch (JsonException $error) {
    fail('the notification is not JSON: ' . $error->getMessage());
}

$answer = @file_get_contents($url . '/send', false, stream_context_create(['http' => [
    'method' => 'POST',
    'header' => ['Content-Type: application/json', 'notification-secret: ' . $secret],
    'content' => json_encode(['channel' => $channel, 'notification' => $notification], JSON_THROW_ON_ERROR),
    'timeout' => 10,
    'ignore_errors' => true,
]]));
if ($answer === false) {
    fail(error_get_last()['message'] ?? 'no answer');
}

$status = (int) explode(' ', $http_response_header[0])[1];
if ($status !== 200) {
    fail("$status $answer");
}

echo "sent to $channel\n";

<?php
// Answers a page of a signed-in user with a token. The page asks again before the token expires.
require __DIR__ . '/notify_token.php';

session_start();
if (!isset($_SESSION['user'])) {
    http_response_code(401);
    exit;
}

header('Content-Type: text/plain');
header('Cache-Control: no-store');
echo notify_token(getenv('NOTIFY_TOKEN_SECRET'), $_SESSION['user'], ['news', 'team:*']);

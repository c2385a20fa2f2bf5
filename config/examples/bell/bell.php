<?php
// php -S localhost:8000 bell.php
require __DIR__ . '/../tokens/notify_token.php';

$url = getenv('NOTIFY_URL') ?: 'http://localhost:3000';
$key = getenv('NOTIFICATION_KEY') ?: 'NOTIFICATION_KEY';
$user = '42'; // The user who is signed in.

if (parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH) === '/notify-token') {
    header('Content-Type: text/plain');
    header('Cache-Control: no-store');
    exit(notify_token(getenv('NOTIFY_TOKEN_SECRET'), $user));
}

// Without an answer the page is shown anyway, and the bell loads its list itself.
$headers = ['http' => ['header' => 'Authorization: Bearer ' . getenv('NOTIFICATION_SECRET'), 'timeout' => 2]];
$state = @file_get_contents($url . '/api/inbox?limit=10&user=' . rawurlencode($user), false, stream_context_create($headers));
$inbox = json_decode($state ?: '{"unread":0,"items":[]}', true);

$title = fn($item) => $item['data']['title'] ?? (is_string($item['data']) ? $item['data'] : 'Notification');
$e = fn($text) => htmlspecialchars($text, ENT_QUOTES);
?>
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Acme</title>
<notify-bell url="<?= $e($url) ?>" key="<?= $e($key) ?>"<?= $state ? ' state="' . $e($state) . '"' : '' ?>>
  <details>
    <summary>Notifications (<?= (int) $inbox['unread'] ?>)</summary>
    <ul>
<?php foreach ($inbox['items'] as $item): ?>
      <li><a href="<?= $e(isset($item['goUrl']) ? $url . $item['goUrl'] : '#') ?>"><?= $e($title($item)) ?></a></li>
<?php endforeach ?>
    </ul>
  </details>
</notify-bell>
<script src="<?= $e($url) ?>/client/notify-bell.min.js"></script>
<script>
  document.querySelector('notify-bell').token = () => fetch('/notify-token').then(response => response.text());
</script>
</html>

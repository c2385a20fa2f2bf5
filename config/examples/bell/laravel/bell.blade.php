{{-- Put it below resources/views. --}}
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Acme</title>
<notify-bell url="{{ $url }}" key="{{ $key }}" @if ($state) state="{{ $state }}" @endif>
  <details>
    <summary>Notifications ({{ $inbox['unread'] ?? 0 }})</summary>
    <ul>
      @foreach ($inbox['items'] ?? [] as $item)
        <li><a href="{{ isset($item['goUrl']) ? $url . $item['goUrl'] : '#' }}">
          {{ is_string($item['data']) ? $item['data'] : data_get($item, 'data.title', 'Notification') }}
        </a></li>
      @endforeach
    </ul>
  </details>
</notify-bell>
<script src="{{ $url }}/client/notify-bell.min.js"></script>
<script>
  document.querySelector('notify-bell').token = () => fetch('/notify-token').then(response => response.text());
</script>
</html>

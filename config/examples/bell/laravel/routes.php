<?php
// Add to routes/web.php; notify_token.php is that of ../../tokens, for example below app/.
use Illuminate\Support\Facades\Http;
use Illuminate\Support\Facades\Route;

require_once app_path('notify_token.php');

Route::middleware('auth')->group(function () {
    Route::get('/notify-token', fn () => response(notify_token(env('NOTIFY_TOKEN_SECRET'), auth()->id()))
        ->header('Content-Type', 'text/plain')
        ->header('Cache-Control', 'no-store'));

    Route::get('/', function () {
        // Without an answer the page is shown anyway, and the bell loads its list itself.
        $answer = rescue(fn () => Http::withToken(env('NOTIFICATION_SECRET'))->timeout(2)
            ->get(env('NOTIFY_URL') . '/api/inbox', ['user' => auth()->id(), 'limit' => 10])->throw());
        return view('bell', [
            'url' => env('NOTIFY_URL'), 'key' => env('NOTIFICATION_KEY'),
            'state' => $answer?->body(), 'inbox' => $answer?->json(),
        ]);
    });
});

<?php
// An application as small as it can be, for the example of the bell in Laravel beside this file: php -S localhost:8000 laravel.php
use Illuminate\Auth\AuthServiceProvider;
use Illuminate\Auth\GenericUser;
use Illuminate\Auth\Middleware\Authenticate;
use Illuminate\Config\Repository;
use Illuminate\Contracts\Debug\ExceptionHandler;
use Illuminate\Contracts\Http\Kernel as HttpKernel;
use Illuminate\Filesystem\FilesystemServiceProvider;
use Illuminate\Foundation\Application;
use Illuminate\Foundation\Bootstrap\BootProviders;
use Illuminate\Foundation\Bootstrap\RegisterFacades;
use Illuminate\Foundation\Bootstrap\RegisterProviders;
use Illuminate\Foundation\Exceptions\Handler;
use Illuminate\Foundation\Http\Kernel;
use Illuminate\Foundation\Providers\FoundationServiceProvider;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\Auth;
use Illuminate\Support\Facades\Route;
use Illuminate\View\ViewServiceProvider;

// This version of the framework is older than that of PHP.
error_reporting(E_ALL & ~E_DEPRECATED);
ini_set('display_errors', 'stderr');
require 'Illuminate/autoload.php';
require 'GuzzleHttp/autoload.php';

class AcmeKernel extends Kernel
{
    protected $bootstrappers = [RegisterFacades::class, RegisterProviders::class, BootProviders::class];
    protected $routeMiddleware = ['auth' => Authenticate::class];
}

// The framework stores its list of packages there.
@mkdir(__DIR__ . '/bootstrap/cache', recursive: true);

$app = new Application(__DIR__);
$app->useAppPath(__DIR__ . '/../../tokens');
$app->instance('env', 'production');
$app->instance('config', new Repository([
    'app' => [
        'providers' => [
            AuthServiceProvider::class, FilesystemServiceProvider::class, FoundationServiceProvider::class, ViewServiceProvider::class,
        ],
        'aliases' => [],
        'url' => 'http://localhost',
    ],
    'auth' => ['defaults' => ['guard' => 'page'], 'guards' => ['page' => ['driver' => 'page']]],
    'view' => ['paths' => [__DIR__], 'compiled' => __DIR__],
]));
$app->singleton(HttpKernel::class, AcmeKernel::class);
$app->singleton(ExceptionHandler::class, Handler::class);
$app->booted(function () {
    // The user who is signed in.
    Auth::viaRequest('page', fn () => new GenericUser(['id' => 42]));
    Route::group([], __DIR__ . '/routes.php');
});

$kernel = $app->make(HttpKernel::class);
$kernel->handle(Request::capture())->send();

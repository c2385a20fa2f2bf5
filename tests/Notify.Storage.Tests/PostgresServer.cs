using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Notify.Storage.Tests;

/// <summary>Runs Debian's PostgreSQL on a free port, in a temporary folder. It ends with this process, however that ends.</summary>
internal sealed class PostgresServer
{
    private static readonly Lazy<PostgresServer> One = new(() => new PostgresServer());
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // The server refuses to run as root. The package creates a user for it.
    private static readonly string[] AsItsUser = Environment.UserName == "root"
        ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "env", "HOME=/tmp"]
        : ["env", "HOME=/tmp"];

    private readonly string _folder = Directory.CreateTempSubdirectory("notify-postgres-").FullName;
    private readonly string[] _settings;
    private Process? _process;
    private int _databases;

    /// <summary>Creates a server that requires passwords.</summary>
    private static readonly Lazy<PostgresServer> Asking = new(() =>
    {
        var server = new PostgresServer();
        Execute(server.Address("postgres"), "CREATE ROLE guarded LOGIN PASSWORD 'right'");
        File.WriteAllText(Path.Combine(server.Data, "pg_hba.conf"), "host all guarded all scram-sha-256\nhost all all all trust\n");
        Execute(server.Address("postgres"), "SELECT pg_reload_conf()");
        return server;
    });

    public PostgresServer(params string[] settings)
    {
        _settings = settings;
        OwnFolder();
        Run(
            [
                .. AsItsUser,
                Program("initdb"),
                "-D",
                Data,
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "--no-sync",
                "--no-instructions"
            ]);
        Guard();
        for (var attempt = 1; ; attempt++)
        {
            Port = FreePort();
            try
            {
                Start();
                return;
            }
            catch (InvalidOperationException) when (attempt < 5)
            {
                // Another process took the port in the meantime.
            }
        }
    }

    private PostgresServer(PostgresServer primary)
    {
        _settings = [];
        OwnFolder();
        Run(
            [
                .. AsItsUser,
                Program("pg_basebackup"),
                "-h",
                "127.0.0.1",
                "-p",
                $"{primary.Port}",
                "-U",
                "postgres",
                "-D",
                Data,
                "-R",
                "-X",
                "stream",
                "-c",
                "fast",
                "--no-sync"
            ]);
        Guard();
        Port = FreePort();
        Start();
    }

    /// <summary>Gets the server that the tests of this assembly share.</summary>
    public static PostgresServer Shared => One.Value;

    /// <summary>Gets the server that requires the password <c>right</c> from the role <c>guarded</c>.</summary>
    public static PostgresServer Guarded => Asking.Value;

    public int Port { get; private set; }

    private string Data => Path.Combine(_folder, "data");

    /// <summary>Creates an empty database and returns its connection string.</summary>
    /// <param name="host">The server's address for the connection; null for this host, with timeouts for a busy machine.</param>
    public string CreateDatabase(string? host = null)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test{Interlocked.Increment(ref _databases)}");
        Execute(Address("postgres"), $"CREATE DATABASE {name}");
        return host is null ? Address(name, "127.0.0.1") + ";Timeout=30;Command Timeout=60" : Address(name, host);
    }

    /// <summary>Starts a replica of this server.</summary>
    public PostgresServer Replicate() => new(this);

    /// <summary>Kills this server, moves its replica to its port, and promotes the replica.</summary>
    public void FailOverTo(PostgresServer replica)
    {
        Kill();
        if (replica._process is not null)
        {
            replica.Stop();
        }

        replica.Port = Port;
        replica.Start();
        Execute(replica.Address("postgres"), "SELECT pg_promote()");
    }

    /// <summary>Waits until a replica has everything that this server has committed.</summary>
    public void WaitFor(PostgresServer replica)
    {
        var position = Query(Address("postgres"), "SELECT pg_current_wal_flush_lsn()::text");
        if (!SpinWait.SpinUntil(
            () => true.Equals(Query(replica.Address("postgres"), $"SELECT pg_last_wal_replay_lsn() >= '{position}'")), Limit))
        {
            throw new InvalidOperationException("The replica does not follow.");
        }
    }

    /// <summary>Copies the files of the stopped server.</summary>
    public void BackUp() => Run([.. AsItsUser, "cp", "-a", Data, Data + ".copy"]);

    /// <summary>Replaces the files of the stopped server by the copy.</summary>
    public void Restore() => Run("bash", "-c", $"rm -rf {Data} && mv {Data}.copy {Data}");

    /// <summary>Dumps a database's schema <c>notify</c>, and returns a command that restores it.</summary>
    public static Action Dump(string address)
    {
        var to = new NpgsqlConnectionStringBuilder(address);
        string[] where = ["-h", to.Host!, "-p", $"{to.Port}", "-U", to.Username!, "-d", to.Database!];
        var file = Path.GetTempFileName();
        Run([Program("pg_dump"), .. where, "-n", "notify", "-f", file]);
        return () =>
        {
            Run([Program("psql"), .. where, "-q", "-v", "ON_ERROR_STOP=1", "-c", "DROP SCHEMA notify CASCADE", "-f", file]);
            File.Delete(file);
        };
    }

    /// <summary>Allows all connections from a network.</summary>
    public void Admit(string network)
    {
        File.AppendAllText(Path.Combine(Data, "pg_hba.conf"), $"host all all {network} trust\n");
        Execute(Address("postgres"), "SELECT pg_reload_conf()");
    }

    public static void Execute(string address, string sql)
    {
        using var connection = Connect(address);
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    public static object? Query(string address, string sql)
    {
        using var connection = Connect(address);
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar();
    }

    public static NpgsqlConnection Connect(string address)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(address) { Pooling = false }.ConnectionString);
        connection.Open();
        return connection;
    }

    /// <summary>Starts the server, and returns when it accepts connections.</summary>
    public void Start()
    {
        // In a session of its own, so that a signal to the tests does not end it.
        string[] command =
            [.. AsItsUser, Program(
                "postgres"), "-D", Data, "-p", $"{Port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
            "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=50", .. _settings.SelectMany(setting =>
                new[] { "-c", setting })];
        var info = new ProcessStartInfo("setsid", command)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/tmp",
            UseShellExecute = false,
        };
        _process = Process.Start(info)!;
        var log = new List<string?>();
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        var deadline = Environment.TickCount64 + (long)Limit.TotalMilliseconds;
        while (true)
        {
            try
            {
                using var connection = Connect(Address("postgres"));
                return;
            }
            catch (NpgsqlException) when (!_process.HasExited && Environment.TickCount64 < deadline)
            {
                Thread.Sleep(10);
            }
            catch (NpgsqlException exception)
            {
                lock (log)
                {
                    throw new InvalidOperationException($"PostgreSQL does not start: {string.Join('\n', log)}", exception);
                }
            }
        }

        void Note(string? line)
        {
            lock (log)
            {
                log.Add(line);
            }
        }
    }

    /// <summary>Stops the server like an operator: connections are closed, and committed data is kept.</summary>
    public void Stop()
    {
        Run("kill", "-INT", $"{_process!.Id}");
        Exited();
    }

    /// <summary>Kills all of its processes at once, like a crash.</summary>
    public void Kill()
    {
        var all = ProcessTree.Of(_process!.Id);
        ProcessTree.Signal("KILL", all);
        Exited();

        // The next server does not start while a process still has the shared memory.
        if (!SpinWait.SpinUntil(() => all.TrueForAll(id => ProcessTree.StateOf(id) is 'Z' or null), Limit))
        {
            throw new InvalidOperationException("PostgreSQL does not end.");
        }
    }

    /// <summary>Freezes the server: it accepts connections and responds to nothing.</summary>
    public void Freeze()
    {
        // First the process that begins others.
        ProcessTree.Signal("STOP", [_process!.Id]);
        if (!SpinWait.SpinUntil(() => ProcessTree.StateOf(_process.Id) == 'T', Limit))
        {
            throw new InvalidOperationException("The server does not stop.");
        }

        ProcessTree.Signal("STOP", ProcessTree.Of(_process.Id));
    }

    public void Thaw() => ProcessTree.Signal("CONT", ProcessTree.Of(_process!.Id));

    public void Dispose()
    {
        if (_process is { HasExited: false })
        {
            Kill();
        }

        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private void OwnFolder()
    {
        if (Environment.UserName == "root")
        {
            Run("chown", "postgres:", _folder);
        }
    }

    // A test host gets no time to clean up when it ends, and may be killed, so another process cleans up.
    private void Guard()
    {
        var script = $"""
            exec </dev/null >/dev/null 2>&1
            while [ -e /proc/{Environment.ProcessId} ]; do sleep 0.5; done
            kill -KILL "$(head -1 {Data}/postmaster.pid)"
            until rm -rf {_folder}; do sleep 0.5; done
            """;
        using var guard = Process.Start(new ProcessStartInfo("setsid", ["bash", "-c", script]) { UseShellExecute = false });
    }

    private static string Program(string name)
    {
        var versions = Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(
            path => double.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture));
        return Path.Combine(versions.First(), "bin", name);
    }

    // A port that no outgoing connection of this host can get between a stop and the next start, and below those of the other tests.
    private static int FreePort() => Enumerable.Range(1024, 9000).OrderBy(_ => Random.Shared.Next()).First(IsFree);

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static void Run(params string[] command)
    {
        var info = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/tmp",
            UseShellExecute = false,
        };
        using var process = Process.Start(info)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', command)}: {error}{output.Result}");
        }
    }

    private string Address(string database, string host = "127.0.0.1") => $"Host={host};Port={Port};Username=postgres;Database={database}";

    private void Exited()
    {
        if (!_process!.WaitForExit(Limit))
        {
            throw new InvalidOperationException("PostgreSQL does not end.");
        }

        _process.Dispose();
        _process = null;
    }
}

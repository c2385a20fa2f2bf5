import { execFile } from 'node:child_process';

/** Runs a program to its end. Returns its exit code and what it printed. */
export function run(command, environment) {
  return new Promise(resolve => {
    const options = { env: { ...process.env, LANG: 'C.UTF-8', DOTNET_CLI_TELEMETRY_OPTOUT: '1', DOTNET_NOLOGO: '1', ...environment }, timeout: 300_000 };
    execFile(command[0], command.slice(1), options, (error, stdout, stderr) => resolve({ code: error ? error.code ?? error.signal : 0, stdout, stderr }));
  });
}

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const KINDS = { ecdsa: ['ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'], rsa: ['rsa:2048'] };

/** Certificates as Kubernetes mounts them: the files are links into `..data`, a link to a folder that is replaced as a whole. */
export class MountedCertificate {
  #count = 0;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'notify-tls-'));
    for (const name of ['tls.crt', 'tls.key']) {
      symlinkSync(join('..data', name), join(this.folder, name));
    }
  }

  get environment() {
    return { SSL_CERT: join(this.folder, 'tls.crt'), SSL_KEY: join(this.folder, 'tls.key') };
  }

  remove() {
    rmSync(this.folder, { recursive: true });
  }

  /** Makes a certificate of itself for 127.0.0.1 and puts it in the place of the one before. Returns it. */
  replace(kind) {
    const folder = `..${++this.#count}`;
    const path = name => join(this.folder, folder, name);
    mkdirSync(join(this.folder, folder));
    execFileSync('openssl', [
      'req', '-x509', '-newkey', ...KINDS[kind], '-nodes', '-days', '90', '-subj', `/CN=${kind}`, '-addext', 'subjectAltName=IP:127.0.0.1',
      '-keyout', path('tls.key'), '-out', path('tls.crt'),
    ], { stdio: 'ignore' });
    symlinkSync(folder, join(this.folder, '..new'));
    renameSync(join(this.folder, '..new'), join(this.folder, '..data'));
    return readFileSync(path('tls.crt'));
  }
}

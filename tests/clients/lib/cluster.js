import { lastingPort } from './ports.js';
import { Server } from './server.js';

/** Nodes on this host that are one broker, and die with the test. */
export class Cluster {
  nodes = [];
  settings = [];

  static async start(t, store, settings = {}, { count = 3, started = count } = {}) {
    const cluster = new Cluster();
    const actors = [];
    for (let n = 0; n < count; n++) {
      actors.push(await lastingPort());
    }
    for (const port of actors) {
      cluster.settings.push({
        port: await lastingPort(),
        environment: {
          // Channels still move to the nodes that came last. On a busy machine that takes longer than the usual five seconds.
          NOTIFY_SEND_TIMEOUT: '30s',
          ...settings,
          NOTIFY_STORE: store,
          NOTIFY_DRAIN: '1s',
          NOTIFY_CLUSTER_SEEDS: actors.map(each => `127.0.0.1:${each}`).join(','),
          NOTIFY_CLUSTER_SECRET: 'the secret of this cluster',
          NOTIFY_CLUSTER_HOST: '127.0.0.1',
          NOTIFY_CLUSTER_PORT: String(port),
          NOTIFY_CLUSTER_HTTP_PORT: String(await lastingPort()),
        },
      });
    }
    t.after(() => Promise.all(cluster.nodes.map(node => node.kill())));
    const failed = (await Promise.allSettled(Array.from({ length: started }, (_, n) => cluster.start(n)))).find(start => start.reason);
    if (failed) {
      throw failed.reason;
    }
    return cluster;
  }

  get ports() {
    return this.settings.map(({ port }) => port);
  }

  /** Starts a node, or starts it again. */
  async start(n) {
    const { port, environment } = this.settings[n];
    this.nodes[n] = await Server.start(port, environment);
  }
}

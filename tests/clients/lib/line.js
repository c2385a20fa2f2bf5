import { connect, createServer } from 'node:net';

/** A line between one client and the server, which can be cut and mended. */
export class Line {
  #sockets = new Set();
  #isCut = false;

  /** Counts the requests to connect so far. */
  attempts = 0;

  /** Opens a line to a port, which ends with the test. */
  static async open(t, port) {
    const line = new Line();
    const server = createServer(socket => line.#relay(socket, port));
    await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
    line.url = `http://127.0.0.1:${server.address().port}`;
    t.after(() => {
      line.cut();
      server.close();
    });
    return line;
  }

  /** Ends all connections, and lets none through. */
  cut() {
    this.#isCut = true;
    this.#sockets.forEach(socket => socket.destroy());
  }

  mend() {
    this.#isCut = false;
  }

  #relay(client, port) {
    if (this.#isCut) {
      client.destroy();
      return;
    }
    const server = connect(port, '127.0.0.1');
    client.on('data', data => (this.attempts += data.toString('latin1').split(/GET \/(?:ws|events)\?/).length - 1));
    for (const [from, to] of [[client, server], [server, client]]) {
      this.#sockets.add(from);
      from.on('error', () => {}).on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  }
}

// Serves a `fetch` function on this machine's loopback address by Node's own HTTP server.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

const MAX_BODY_BYTES = 1_048_576;

type Fetch = (request: Request) => Response | Promise<Response>;

/** A server that listens. `stop` closes it with all its connections. */
export interface Listener {
  readonly stop: () => Promise<void>;
}

/** Listens on 127.0.0.1; rejects as Node does where the port cannot be had. */
export async function listen(port: number, handle: Fetch): Promise<Listener> {
  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing, handle).catch((error) => {
      console.error(error);
      outgoing
        .writeHead(500, { 'content-type': 'text/plain' })
        .end('The local identity provider failed; see its terminal.\n');
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { stop };
}

async function serve(incoming: IncomingMessage, outgoing: ServerResponse, handle: Fetch): Promise<void> {
  const { method = 'GET', url = '/' } = incoming;
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, [value ?? ''].flat().join(', '));
  const body = await bodyOf(incoming);
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const origin = `http://${incoming.headers.host ?? 'localhost'}`;
  const response = await handle(new Request(new URL(url, origin), { method, headers, ...(hasBody ? { body } : {}) }));
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}

async function bodyOf(incoming: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new Error(`a request of more than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

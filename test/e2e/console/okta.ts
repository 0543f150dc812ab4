// What of Okta a browser sees while its Authenticate button works: a page with the button, which opens the portal in a window of its own,
// and the redirect URI, which tells the first window when it was called. On a port of this machine, for tests.
import { createServer, type Server } from 'node:http';
import { freePort } from './stage.ts';

export class Okta {
  readonly origin: string;
  readonly redirectUri: string;
  readonly #server: Server;
  /** Where the button leads. */
  authorizeUrl = '';

  private constructor(port: number) {
    this.origin = `http://127.0.0.1:${port}`;
    this.redirectUri = `${this.origin}/admin/app/cpc/acme_scim_1/oauth/callback`;
    this.#server = createServer((request, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(request.url?.startsWith('/admin/') ? CALLBACK : this.#integration());
    }).listen(port, '127.0.0.1');
  }

  static async open(): Promise<Okta> {
    return new Okta(await freePort());
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #integration(): string {
    const address = JSON.stringify(this.authorizeUrl).replaceAll('<', '\\u003c');
    return `<!doctype html><html lang="en"><title>Okta</title><link rel="icon" href="data:,">
      <h1>Integration</h1><button id="authenticate">Authenticate with Acme</button><p id="told">nothing yet</p>
      <script>
        authenticate.onclick = () => open(${address}, 'authenticate', 'width=620,height=760');
        addEventListener('message', ({ data }) => { told.textContent = data; });
      </script></html>`;
  }
}

const CALLBACK = `<!doctype html><html lang="en"><title>Okta</title><link rel="icon" href="data:,">
  <h1>Answered</h1><script>opener?.postMessage('Authenticated', '*');</script></html>`;

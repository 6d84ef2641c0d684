/** A site of a test's own: an HTTP server, which is another origin than Matinee's. */

import { once } from "node:events";
import { createServer, type Server as HttpServer, type RequestListener } from "node:http";

export class Site {
  private readonly server: HttpServer;

  constructor(answer: RequestListener) {
    this.server = createServer(answer);
  }

  async start(): Promise<this> {
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    return this;
  }

  get port(): number {
    const address = this.server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    return address.port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async end(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }
}

/** The second generation of Socket.IO's client, which comes without types: what the tests use of it. */
declare module "socket.io-client-2" {
  interface Options {
    transports: string[];
    extraHeaders: Record<string, string>;
    forceNew: boolean;
    reconnectionDelay: number;
    reconnectionDelayMax: number;
  }
  interface Socket {
    on(event: string, listener: (text: string) => void): void;
    close(): void;
    readonly connected: boolean;
    readonly io: { readonly engine: { readonly transport: { readonly name: string } } };
  }
  export default function io(url: string, options: Options): Socket;
}

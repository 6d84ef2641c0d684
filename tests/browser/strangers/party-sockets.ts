import { Socket, until } from "./socket.ts";
import type { Enter } from "./stranger.ts";

let clients = 0;

/** A client of Party-Sockets, which finds its version at this path. */
const partySockets =
  (path: string): Enter =>
  async (server, room) => {
    const socket = await Socket.open(server, path);
    clients += 1;
    socket.send({ type: "join", clientId: `client-${clients}`, room });
    await until(() => socket.of("joined").length === 1);
    return {
      present() {
        const [joined] = socket.of<{ clients?: unknown[]; peers?: unknown[] }>("joined");
        const first = joined?.clients?.length ?? (joined?.peers?.length ?? 0) + 1;
        return first + socket.of("peer_joined").length - socket.of("peer_left").length;
      },
      pass: (data) => socket.send({ type: "send", data }),
      passed: () => socket.of<{ data: unknown }>("message").map(({ data }) => data),
      leave: () => socket.close(),
    };
  };

export const partySockets1 = partySockets("/");
export const partySockets2 = partySockets("/v2");

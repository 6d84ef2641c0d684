import { Socket, until } from "./socket.ts";
import type { Enter } from "./stranger.ts";

let users = 0;

/** A client of Streaming Room Server. */
export const streamingRoom: Enter = async (server, roomId, userName) => {
  const socket = await Socket.open(server, "/");
  users += 1;
  const me = { roomId, userId: `user-${users}` };
  socket.send({ type: "join-room", ...me, userName });
  await until(() => socket.of("room-joined").length === 1);
  return {
    present: () =>
      socket.json<{ participants?: unknown[] }>().findLast(({ participants }) => participants)?.participants?.length ??
      0,
    say: (content) => socket.send({ type: "chat-message", ...me, content }),
    heard: () =>
      socket
        .of<{ userName: string; content: string }>("chat-message")
        .map(({ userName, content }) => `${userName}: ${content}`),
    leave: () => socket.close(),
  };
};

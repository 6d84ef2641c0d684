import { Socket, until } from "./socket.ts";
import type { Enter, Standing } from "./stranger.ts";

interface Party {
  members: Array<{ userId: string; userName: string; isHost: boolean }>;
}

/** A client of StreamGo's party server. */
export const streamGo: Enter = async (server, room, name) => {
  const socket = await Socket.open(server, "/", { protocol: `j#1#${encodeURIComponent(name)}#${room}#` });
  socket.ws.on("message", (data) => {
    if (String(data) === "ping") socket.send("pong");
  });
  const after = (start: string) =>
    socket.texts.filter((text) => text.startsWith(start)).map((text) => text.slice(start.length));
  const parties = () => after("party:").map((text) => JSON.parse(text) as Party);
  await until(() => parties().length > 0);
  const you = parties()[0]?.members.at(-1)?.userId;
  const members = () => parties().at(-1)?.members ?? [];
  return {
    present: () => members().length,
    say: (text) => socket.send(`msg:${text}`),
    heard: () =>
      after("msg:").map((text) => {
        const [id, ...words] = text.split(":");
        const known = parties().flatMap((party) => party.members);
        return `${known.find(({ userId }) => userId === id)?.userName}: ${words.join(":")}`;
      }),
    move: ({ paused, time }) =>
      socket.send(`cmd:state:${JSON.stringify({ time, paused, playbackSpeed: 1, force: true })}`),
    standing() {
      const [latency, , ...state] = after("cmd:").at(-1)?.split(":") ?? [];
      if (latency === undefined) return undefined;
      const { time, paused } = JSON.parse(state.join(":")) as Standing;
      return { time, paused };
    },
    isHost: () => members().find(({ userId }) => userId === you)?.isHost ?? false,
    makeHost: (whom) => socket.send(`toggle:${members().find(({ userName }) => userName === whom)?.userId}`),
    leave: () => socket.close(),
  };
};

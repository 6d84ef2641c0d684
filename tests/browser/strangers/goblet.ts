import { once } from "node:events";
import { io } from "socket.io-client";
import type { Enter, Standing } from "./stranger.ts";

/** A client of Goblet, with a cookie of its own. It enters the one room that Goblet has. */
export const goblet: Enter = async (server) => {
  const answer = await fetch(`${server}/id`);
  const cookie = answer.headers
    .getSetCookie()
    .map((it) => it.split(";")[0])
    .join("; ");
  const id = await answer.text();
  const get = async (path: string) => (await fetch(server + path, { headers: { cookie } })).text();
  const socket = io(server, { extraHeaders: { cookie }, forceNew: true });
  let now: Standing | undefined;
  const follow = (event: string, change: (payload: string) => Partial<Standing>) =>
    socket.on(event, (payload: string) => (now = { paused: true, time: 0, ...now, ...change(payload) }));
  follow("play", () => ({ paused: false }));
  follow("pause", () => ({ paused: true }));
  follow("seek", (payload) => ({ time: Number(payload.split("-")[0]) }));
  await once(socket as unknown as NodeJS.EventEmitter, "connect");
  await get(`/register?id=${id}`);
  return {
    present: async () => Number(await get("/count")),
    async move({ paused, time }) {
      await get(`/sync?mode=seek&time=${time}&id=${id}`);
      await get(`/sync?mode=${paused ? "pause" : "play"}&id=${id}`);
    },
    standing: () => now,
    leave: () => socket.disconnect(),
  };
};

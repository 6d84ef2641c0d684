import { Socket, until } from "./socket.ts";
import type { Enter } from "./stranger.ts";

interface Told {
  isHost?: boolean;
  state?: { paused: boolean; currentTime: number; playbackRate: number };
  timestamp: number;
}

/** A client of VideoSync. */
export const videoSync: Enter = async (server, room) => {
  const socket = await Socket.open(server, `/ws?sessionKey=${room}`);
  await until(() => socket.of("init").length === 1);
  return {
    move: ({ paused, time }) =>
      socket.send({ type: "state_update", state: { paused, currentTime: time, playbackRate: 1 } }),
    standing() {
      const { state, timestamp } = socket.json<Told>().findLast((told) => told.state) ?? {};
      if (!state || timestamp === undefined) return undefined;
      const moved = state.paused ? 0 : ((Date.now() - timestamp) / 1000) * state.playbackRate;
      return { paused: state.paused, time: state.currentTime + moved };
    },
    isHost: () => socket.of<Told>("init").at(-1)?.isHost ?? false,
    leave: () => socket.close(),
  };
};

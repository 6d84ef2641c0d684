import type { FilmList, RoomSummary, ServerMessage } from "../../../web/src/protocol.ts";
import { Socket, until } from "./socket.ts";
import type { Enter } from "./stranger.ts";

let tabs = 0;

/** Makes a room in which everybody may control the film; gives its code. */
export async function makeRoom(server: string): Promise<string> {
  const room = { name: "Friday", newcomers_may_control: true };
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${server}/api/rooms`, { method: "POST", headers, body: JSON.stringify(room) });
  return ((await answer.json()) as RoomSummary).code;
}

/** Puts on the first film of the library, as somebody who then leaves. */
export async function putOnFilm(server: string, room: string): Promise<void> {
  const visit = await fetch(`${server}/api/rooms/${room}`);
  const cookie = visit.headers
    .getSetCookie()
    .map((it) => it.split(";")[0])
    .join("; ");
  const socket = await Socket.open(server, `/api/rooms/${room}/ws`, { headers: { cookie } });
  socket.send({ type: "hello", protocol: 1, name: "Pia", tab: "picker" });
  await until(() => socket.texts.length > 0);
  const list = await fetch(`${server}/api/rooms/${room}/films?tab=picker`, { headers: { cookie } });
  const { films } = (await list.json()) as FilmList;
  socket.send({ type: "pick", id: 1, film: films[0]?.id });
  await until(() => socket.texts.some((text) => text.includes('"done"')));
  socket.send({ type: "leave" });
  socket.close();
}

/** A client of Matinee's own protocol. */
export const native: Enter = async (server, room, name) => {
  const socket = await Socket.open(server, `/api/rooms/${room}/ws`);
  tabs += 1;
  socket.send({ type: "hello", protocol: 1, name, tab: `pair-${tabs}` });
  await until(() => socket.texts.length > 0);
  const heard = () => socket.json<ServerMessage>();
  const members = () => {
    const list = new Map<number, { name: string; host: boolean }>();
    for (const message of heard()) {
      if (message.type === "welcome") for (const member of message.members) list.set(member.id, member);
      if (message.type === "member") list.set(message.member.id, message.member);
      if (message.type === "left") list.delete(message.member);
    }
    return list;
  };
  const welcome = heard()[0];
  const you = welcome?.type === "welcome" ? welcome.you : 0;
  let id = welcome?.type === "welcome" ? welcome.last_command : 0;
  const playback = () => {
    const told = heard().flatMap((it) => (it.type === "welcome" || it.type === "playback" ? [it.playback] : []));
    return told.at(-1);
  };
  return {
    present: () => members().size,
    say: (text) => socket.send({ type: "say", id: ++id, text }),
    heard: () =>
      heard().flatMap((it) =>
        it.type === "line" && it.line.kind === "said" ? [`${it.line.name}: ${it.line.text}`] : [],
      ),
    move({ paused, time }) {
      const seen = playback()?.revision ?? 0;
      socket.send({ type: "seek", id: ++id, seen, position_ms: time * 1000 });
      socket.send({ type: paused ? "pause" : "play", id: ++id, seen });
    },
    standing() {
      const now = playback();
      if (!now) return undefined;
      const moved = now.paused ? 0 : Math.max(0, Date.now() - now.at_ms) * now.rate;
      return { paused: now.paused, time: (now.position_ms + moved) / 1000 };
    },
    pass: (data) => socket.send({ type: "data", data }),
    passed: () => heard().flatMap((it) => (it.type === "data" ? [it.data] : [])),
    isHost: () => members().get(you)?.host ?? false,
    makeHost(whom) {
      const [member, { host }] = [...members()].find(([, it]) => it.name === whom) ?? [0, { host: false }];
      socket.send({ type: "host", id: ++id, member, host: !host });
    },
    leave() {
      socket.send({ type: "leave" });
      socket.close();
    },
  };
};

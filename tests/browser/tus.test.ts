/** The protocol's own client, in Node and without our page, against the server. */

import { once } from "node:events";
import { type DetailedError, Upload, type UploadOptions } from "tus-js-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import WebSocket from "ws";
import { Server } from "./server.ts";

/** Somebody in a room of their own, and what the room has told them. */
interface Guest {
  cookie: string;
  code: string;
  heard: { type: string; [field: string]: unknown }[];
  socket: WebSocket;
}

let server: Server;
beforeAll(async () => void (server = await Server.start()));
afterAll(async () => server.end());

async function host(): Promise<Guest> {
  const made = await fetch(`${server.url}/api/rooms`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  const cookie = made.headers.get("set-cookie")?.split(";")[0] ?? "";
  const { code } = (await made.json()) as { code: string };
  const guest: Guest = { cookie, code, heard: [], socket: await enter(code, cookie) };
  guest.socket.on("message", (text) => guest.heard.push(JSON.parse(String(text))));
  await expect.poll(() => guest.heard.some(({ type }) => type === "welcome")).toBe(true);
  return guest;
}

async function enter(code: string, cookie: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/api/rooms/${code}/ws`, { headers: { cookie } });
  socket.on("error", () => undefined);
  await once(socket, "open");
  socket.send(JSON.stringify({ type: "hello", protocol: 1, name: "Ana", tab: "a" }));
  return socket;
}

/** Bytes that begin as an MP4 does. */
function filmBytes(size: number): Buffer {
  const bytes = Buffer.alloc(size, "a film that is mostly text; ");
  bytes.write("\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41", "latin1");
  return bytes;
}

function upload(guest: Guest, bytes: Buffer, options: UploadOptions): { upload: Upload; done: Promise<string> } {
  let resolve: (film: string) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const done = new Promise<string>((good, bad) => ([resolve, reject] = [good, bad]));
  const upload = new Upload(bytes, {
    endpoint: `${server.url}/api/rooms/${guest.code}/uploads?tab=a`,
    headers: { cookie: guest.cookie },
    metadata: { filename: "The General.mp4", filetype: "video/mp4" },
    retryDelays: [100, 200, 400, 800, 1600, 1600],
    onSuccess: ({ lastResponse }) => resolve(lastResponse.getHeader("matinee-film") ?? ""),
    onError: reject,
    ...options,
  });
  upload.start();
  return { upload, done };
}

async function bytesOf(film: string): Promise<Buffer> {
  const served = await fetch(`${server.url}/media/${film}/x.mp4`);
  expect(served.status).toBe(200);
  return Buffer.from(await served.arrayBuffer());
}

test.each<[string, UploadOptions]>([
  ["in one request", {}],
  ["in pieces", { chunkSize: 300_000 }],
  ["with its first bytes at once", { uploadDataDuringCreation: true, chunkSize: 300_000 }],
  ["by POST alone", { overridePatchMethod: true, chunkSize: 500_000 }],
])("a film comes %s", async (_, options) => {
  const guest = await host();
  const bytes = filmBytes(2_000_001);
  const film = await upload(guest, bytes, options).done;
  expect((await bytesOf(film)).equals(bytes)).toBe(true);
  guest.socket.close();
});

test("it goes on by itself after a kill of the server", async () => {
  const guest = await host();
  const bytes = filmBytes(80_000_000);
  let killed: Promise<void> | undefined;
  const { upload: sent, done } = upload(guest, bytes, {
    onProgress: (count) => {
      if (count > 30_000_000) killed ??= server.kill().then(() => server.startAgain());
    },
  });
  const film = await done;
  await killed;
  expect(killed).toBeDefined();
  expect(sent.url).toContain("/api/uploads/");
  expect((await bytesOf(film)).equals(bytes)).toBe(true);
});

test("it pauses, and goes on with another client that knows only the address", async () => {
  const guest = await host();
  const bytes = filmBytes(40_000_000);
  let chunks = 0;
  const first = upload(guest, bytes, { chunkSize: 5_000_000, onChunkComplete: () => (chunks += 1) });
  await expect.poll(() => chunks, { interval: 1 }).toBeGreaterThan(0);
  await first.upload.abort();
  const uploadUrl = first.upload.url;
  const offsets: number[] = [];
  const second = upload(guest, bytes, {
    endpoint: null,
    uploadUrl,
    chunkSize: 10_000_000,
    onChunkComplete: (size, accepted) => offsets.push(accepted - size),
  });
  expect((await bytesOf(await second.done)).equals(bytes)).toBe(true);
  expect(offsets[0]).toBeGreaterThanOrEqual(5_000_000);
  // Once more: it is done, and told so.
  const third = upload(guest, bytes, { endpoint: null, uploadUrl });
  expect(await third.done).toBe(await second.done);
  guest.socket.close();
});

test("it is terminated, and is gone for everybody", async () => {
  const guest = await host();
  let chunks = 0;
  const { upload: sent } = upload(guest, filmBytes(60_000_000), {
    chunkSize: 100_000,
    onChunkComplete: () => (chunks += 1),
  });
  await expect.poll(() => chunks, { interval: 1 }).toBeGreaterThan(0);
  await sent.abort(true);
  await expect.poll(() => guest.heard.findLast(({ type }) => type === "uploads")).toMatchObject({ uploads: [] });
  const head = await fetch(new URL(sent.url ?? "", server.url), {
    method: "HEAD",
    headers: { cookie: guest.cookie, "tus-resumable": "1.0.0" },
  });
  expect(head.status).toBe(404);
  guest.socket.close();
});

test("refusals come through as they are", async () => {
  const guest = await host();
  const refused = async (bytes: Buffer, options: UploadOptions): Promise<[number | undefined, string | undefined]> => {
    const error = (await upload(guest, bytes, options).done.catch((error: unknown) => error)) as DetailedError;
    const body = error.originalResponse?.getBody() ?? "";
    return [error.originalResponse?.getStatus(), body === "" ? undefined : JSON.parse(body).error.code];
  };
  expect(await refused(Buffer.from("Dear diary, ".repeat(2_000)), {})).toEqual([415, "not_a_video"]);
  expect(await refused(Buffer.alloc(0), {})).toEqual([422, "upload_empty"]);
  const stranger = { headers: {} };
  expect(await refused(filmBytes(1_000), stranger)).toEqual([403, "not_member"]);
  expect(await refused(filmBytes(1_000), { parallelUploads: 2 })).toEqual([400, "bad_upload"]);
  guest.socket.close();
});

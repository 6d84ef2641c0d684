/**
 * Another site that has films: a server of its own, which is another origin.
 *
 * | address | what |
 * |---|---|
 * | `/The%20General.mp4` | a file, with ranges |
 * | `/the-kid/master.m3u8` | a stream with two sound tracks, which any page may fetch |
 * | `/kept/master.m3u8` | the same, for the site's own pages only |
 * | `/page.html` | no film |
 * | the rest | nothing, and any page may know |
 */

import { execFileSync } from "node:child_process";
import { createReadStream, existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import { film } from "./films.ts";
import { Site } from "./site.ts";

const OPEN = { "access-control-allow-origin": "*" };
const TYPES: Readonly<Record<string, string>> = {
  ".m3u8": "application/vnd.apple.mpegurl",
  ".ts": "video/mp2t",
  ".mp4": "video/mp4",
};

export class OtherSite {
  /** The `Referer` of each request for a film, "" where there was none. */
  readonly referrers = new Set<string>();
  private readonly stream = makeStream();
  private readonly site = new Site((request, response) => this.answer(request, response));

  static async start(): Promise<OtherSite> {
    const other = new OtherSite();
    await other.site.start();
    return other;
  }

  /** The link of something that is there, or is not. */
  link(of: string): string {
    return `${this.site.url}/${of}`;
  }

  end(): Promise<void> {
    return this.site.end();
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const [, folder = "", name = ""] = decodeURIComponent(request.url ?? "/").split("/");
    this.referrers.add(request.headers.referer ?? "");
    if (folder === "The General.mp4") return send(request, response, film("mp4"), {});
    const piece = path.join(this.stream, name);
    if (folder === "the-kid" && existsSync(piece)) return send(request, response, piece, OPEN);
    if (folder === "kept" && existsSync(piece)) return send(request, response, piece, {});
    if (folder === "page.html") {
      response.writeHead(200, { "content-type": "text/html" }).end("<p>No film.</p>");
      return;
    }
    response.writeHead(404, OPEN).end("Nothing here.");
  }
}

/** A file, or the part of it that is asked for. */
function send(request: IncomingMessage, response: ServerResponse, file: string, headers: Record<string, string>): void {
  const size = statSync(file).size;
  const asked = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
  const start = Number(asked?.[1] ?? 0);
  const end = asked?.[2] ? Math.min(Number(asked[2]), size - 1) : size - 1;
  const common = {
    ...headers,
    "accept-ranges": "bytes",
    "content-type": TYPES[path.extname(file)] ?? "application/octet-stream",
    "content-length": String(end - start + 1),
  };
  if (asked) response.writeHead(206, { ...common, "content-range": `bytes ${start}-${end}/${size}` });
  else response.writeHead(200, common);
  const bytes = createReadStream(file, { start, end });
  response.once("close", () => bytes.destroy());
  bytes.pipe(response);
}

/** The folder of a stream as other sites have them: MPEG-TS, and sounds to choose from. */
function makeStream(): string {
  const source = film("sounds");
  const folder = `${source}.stream`;
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}-${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished);
  const sounds = "a:0,agroup:sound,language:eng,name:eng,default:yes a:1,agroup:sound,language:fra,name:fra";
  const map = ["-map", "0:v", "-map", "0:a:0", "-map", "0:a:1", "-c", "copy", "-b:v", "300k", "-b:a", "64k"];
  const hls = ["-f", "hls", "-hls_time", "4", "-hls_playlist_type", "vod", "-master_pl_name", "master.m3u8"];
  const out = ["-var_stream_map", `${sounds} v:0,agroup:sound,name:picture`, path.join(unfinished, "%v.m3u8")];
  execFileSync("ffmpeg", ["-hide_banner", "-loglevel", "error", "-i", source, ...map, ...hls, ...out]);
  renameSync(unfinished, folder);
  return folder;
}

/**
 * YouTube, as far as a page that embeds it can see: a player in a frame that is driven by messages. Written by us after
 * what the real one does: it answers late and tells where it is in coarse steps, its seeks take half a second, its
 * starts longer, it begins to play when it is sought before it has begun, and it wants to know which page it is in.
 */

import type { BrowserContext, Frame } from "playwright-core";
import type { Person } from "./people.ts";

/** Videos that are special; all others play. */
export const VIDEO = "aaaaaaaaaaa";
export const ANOTHER = "bbbbbbbbbbb";
export const REMOVED = "removed0000";
export const KEPT = "kept0000000";
export const WANTS_TAP = "wantsatap00";

export interface Told {
  /** When, in milliseconds since 1970. */
  at: number;
  position: number;
  state: number;
  muted: boolean;
  referrer: string;
}

/** Puts the fake in YouTube's place, and lists all that is asked of YouTube. */
export async function withYouTube(context: BrowserContext): Promise<string[]> {
  const asked: string[] = [];
  await context.route(/^https:\/\/([\w-]+\.)*(youtube|youtube-nocookie|ytimg|googlevideo)\.com\//, async (route) => {
    const url = new URL(route.request().url());
    asked.push(url.href);
    if (url.hostname !== "www.youtube-nocookie.com" || !url.pathname.startsWith("/embed/")) return route.abort();
    return route.fulfill({ contentType: "text/html", body: PAGE });
  });
  return asked;
}

function frameOf(person: Person): Frame {
  const frame = person.page.frames().find((it) => it.url().startsWith("https://www.youtube-nocookie.com/"));
  if (!frame) throw new Error("there is no player of YouTube");
  return frame;
}

/** What the player does just now, by itself. */
export async function youtubeOf(person: Person): Promise<Told> {
  return frameOf(person).evaluate(() => (window as unknown as { tell(): Told }).tell());
}

/** How far apart two people are, in milliseconds. */
export async function apart(a: Person, b: Person): Promise<number> {
  const [one, other] = await Promise.all([youtubeOf(a), youtubeOf(b)]);
  const between = one.state === 1 ? other.at - one.at : 0;
  return Math.abs((other.position - one.position) * 1000 - between);
}

const PAGE = `<!doctype html>
<title>YouTube</title>
<style>body { margin: 0; height: 100vh; background: #123; color: #fff; font: 20px sans-serif; display: grid; place-items: center }</style>
<p id="shown"></p>
<script>
  const SEEK_MS = 500, START_MS = 350, FIRST_START_MS = 900, TELL_MS = 400, LENGTH_S = 600;
  const ERRORS = { removed0000: 100, kept0000000: 150 };
  const video = location.pathname.split('/').pop();
  const parent_ = new URLSearchParams(location.search).get('origin');
  let id = null, state = -1, position = 0, since = 0, rate = 1, muted = false, freed = false, heard = new Set();
  let pending = 0;

  const now = () => position + (state === 1 ? (performance.now() - since) / 1000 * rate : 0);
  const settle = () => { position = Math.min(now(), LENGTH_S); since = performance.now(); };
  const send = (event, info) => parent.postMessage(JSON.stringify({ event, info, id, channel: 'widget' }), parent_);
  const emit = (event, info) => heard.has(event) && send(event, info);
  const where = () => ({ currentTime: state === -1 || state === 5 ? 0 : now(), currentTimeLastUpdated_: Date.now() / 1000 });
  function become(next) {
    if (next === state) return;
    settle();
    state = next;
    emit('onStateChange', state);
    send('infoDelivery', { playerState: state, ...where() });
  }
  function after(ms, act) {
    const mine = ++pending;
    setTimeout(() => mine === pending && act(), ms);
  }
  function start() {
    if (video === 'wantsatap00' && !muted && !freed) { emit('onAutoplayBlocked', null); return; }
    const first = state === -1 || state === 5;
    become(3);
    after(first ? FIRST_START_MS : START_MS, () => become(1));
  }
  const commands = {
    addEventListener(event) {
      heard.add(event);
      if (event === 'onReady') setTimeout(() => emit('onReady', null), 50);
      const error = document.referrer === '' ? 153 : ERRORS[video];
      if (event === 'onError' && error) setTimeout(() => emit('onError', error), 80);
    },
    playVideo() { if (state !== 1) start(); },
    pauseVideo() { if (state === 1 || state === 3) after(60, () => become(2)); },
    seekTo(to) {
      const plays = state !== 2;
      settle();
      position = to;
      if (plays) { become(3); after(SEEK_MS, () => become(1)); }
      else setTimeout(() => send('infoDelivery', where()), SEEK_MS);
    },
    cueVideoById({ startSeconds }) { pending++; position = startSeconds; become(5); },
    setPlaybackRate(to) { settle(); rate = to; emit('onPlaybackRateChange', to); send('infoDelivery', { playbackRate: to }); },
    setVolume() {},
    mute() { muted = true; },
    unMute() { if (muted) freed = true; muted = false; },
  };
  addEventListener('message', ({ origin, data }) => {
    if (origin !== parent_) return;
    const message = JSON.parse(data);
    if (message.event === 'listening') {
      if (id !== null) return;
      id = message.id;
      send('initialDelivery', { playerState: state, duration: LENGTH_S, playbackRate: 1, videoLoadedFraction: 0, currentTime: 0 });
    } else setTimeout(() => commands[message.func]?.(...message.args), 30);
  });
  setInterval(() => { if (id !== null && state === 1) send('infoDelivery', where()); }, TELL_MS);
  setInterval(() => { shown.textContent = video + ' ' + now().toFixed(1); }, 100);
  window.tell = () => ({ at: Date.now(), position: now(), state, muted, referrer: document.referrer });
</script>`;

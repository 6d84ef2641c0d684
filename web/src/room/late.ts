// What is fetched when it is needed: most evenings need little of it. Each is null where it cannot be fetched just now.

/** The list of uploads. */
export function uploadsView() {
  return late(async () => (await import('./Uploads.svelte')).default)
}

/** What belongs to a film, beside its picture and sound. */
export function filmExtras() {
  return late(async () => (await import('../film/extras.svelte')).Extras)
}

/** Subtitles over the film. */
export function subtitleLayer() {
  return late(async () => (await import('../film/SubtitleLayer.svelte')).default)
}

/** The choice of subtitles and sound. */
export function tracksMenu() {
  return late(async () => (await import('../film/TracksMenu.svelte')).default)
}

/** What is at a place of the seek bar. */
export function seekHint() {
  return late(async () => (await import('../film/SeekHint.svelte')).default)
}

/** How far off everybody is. */
export function inStepPanel() {
  return late(async () => (await import('../in-step/Panel.svelte')).default)
}

async function late<T>(fetched: () => Promise<T>): Promise<T | null> {
  try {
    return await fetched()
  } catch {
    return null
  }
}

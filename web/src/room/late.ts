// What is fetched when it is needed: most evenings need none of it.

/** The list of uploads; null where it cannot be fetched just now. */
export async function uploadsView() {
  try {
    return (await import('./Uploads.svelte')).default
  } catch {
    return null
  }
}

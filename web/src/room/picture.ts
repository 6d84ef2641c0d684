// Picture in picture: the film in a small window of its own, which stays when the page is left.

/** Whether this browser can, and this film: a video of YouTube is in a frame that is not ours. */
export function mayFloat(kind: string | undefined): boolean {
  return document.pictureInPictureEnabled && kind !== 'youtube'
}

/** Lets the film out, or takes it back. */
export function toggleFloat(video: HTMLVideoElement): void {
  const done =
    document.pictureInPictureElement === null
      ? video.requestPictureInPicture()
      : document.exitPictureInPicture()
  // Refused by the browser: the film stays where it is.
  void done.catch(() => {})
}

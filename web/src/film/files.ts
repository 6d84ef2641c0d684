// Which files are subtitles, by what they are called: all others are taken for films. What is in them, the server finds out.

export const SUBTITLE_ENDINGS = ['.srt', '.vtt', '.ass', '.ssa']

export function isSubtitleName(name: string): boolean {
  return SUBTITLE_ENDINGS.some((ending) => name.toLowerCase().endsWith(ending))
}

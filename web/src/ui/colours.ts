// The colours of people: each has one for the life of a room.
const COLOURS = ['#ffb02e', '#8fb4ff', '#7fc8a9', '#f29bb2', '#c9a7f5', '#f0a27a', '#8fd3e8', '#d3d07a']

export function colourOf(member: number): string {
  return COLOURS[(Math.max(1, member) - 1) % COLOURS.length] ?? ''
}

import { expect, it } from 'vitest'
import { frameOf } from './storyboard'

const board = 'https://film.example/extras/ab/storyboard.vtt'

function cue(text: string) {
  return { startTime: 10, endTime: 20, text }
}

it('finds the part of the sheet, beside the storyboard', () => {
  expect(frameOf(cue('sheet-2.jpg#xywh=160,90,160,90'), board)).toEqual({
    startTime: 10,
    endTime: 20,
    sheet: 'https://film.example/extras/ab/sheet-2.jpg',
    x: 160,
    y: 90,
    width: 160,
    height: 90,
  })
  expect(frameOf(cue('/s.jpg#xywh=pixel:0,0,1,2\n'), board)?.sheet).toBe('https://film.example/s.jpg')
})

it('shows nothing for what it does not know', () => {
  for (const text of [
    '',
    'sheet.jpg',
    'sheet.jpg#xywh=1,2,3',
    'sheet.jpg#xywh=percent:0,0,50,50',
    'a#xywh=0,0,0,9',
  ])
    expect(frameOf(cue(text), board), text).toBeNull()
})

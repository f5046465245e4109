/** A board's public page: its standing as HTML without any script, for browsers and for frames on other sites. */
import { isoTime } from '@coinop/shared/clock'
import { plain } from '@coinop/shared/plain-text'
import { html, raw } from 'hono/html'
import { boardPageStyle } from './board-page-style.ts'
import type { Standing } from './board-commands.ts'
import type { BoardRow } from './model.ts'
import { type Line, scoreChart } from './score-chart.ts'
import type { SeasonRow } from './seasons.ts'

export type PageContent = {
  board: BoardRow
  season: SeasonRow
  total: number
  standings: Standing[]
  /** By user. */
  names: Map<string, string>
  /** Addresses of the pages beside this one, relative to it. */
  links: { higher: string | null; lower: string | null }
  /** Of the best; empty where there is nothing to compare. */
  lines: Line[]
  madeAt: number
}
type Html = ReturnType<typeof html>

const titleCharactersMax = 100
/** With more it is a bar chart of digits. */
const fractionDigitsMax = 3

export const boardPage = (content: PageContent): Html =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${titleOf(content.board)}</title>
        <style>
          ${raw(boardPageStyle)}
        </style>
      </head>
      <body>
        <main>
          <header>
            <h1><bdi>${titleOf(content.board)}</bdi></h1>
            <p>
              <span class="season">Season ${content.season.number}</span>${endOf(content.season)}
            </p>
          </header>
          ${chartOf(content)} ${standingOf(content)} ${linksOf(content)}
          <footer>
            ${players(content.total)} · as of
            <time datetime="${isoTime(content.madeAt)}">${dateTime(content.madeAt)}</time>
          </footer>
        </main>
      </body>
    </html>`

const titleOf = ({ name }: BoardRow): string => plain(name, titleCharactersMax)

function endOf({ closedAt, endsAt }: SeasonRow): Html | string {
  const end = closedAt ?? endsAt
  if (end === null) return 'Open-ended'
  const time = html`<time datetime="${isoTime(end)}">${dateTime(end)}</time>`
  return closedAt === null ? html`Ends ${time}` : html`Final standing of ${time}`
}

function chartOf({ lines, board }: PageContent): Html | string {
  if (lines.length === 0) return ''
  const best = board.keys[0]?.sort === 'asc' ? 'lowest' : 'highest'
  return html`<section>
    ${scoreChart(lines, best)}
    <ul class="legend">
      ${lines.map(
        ({ name }, index) =>
          html`<li><span class="key c${index}"></span><bdi class="name">${name}</bdi></li>`,
      )}
    </ul>
  </section>`
}

function standingOf({ board, standings, names }: PageContent): Html {
  if (standings.length === 0) return html`<p class="empty">Nobody is on this page yet.</p>`
  const [score, ...more] = board.keys.map(({ name }) => name)
  return html`<table>
    <caption>
      Standing
    </caption>
    <thead>
      <tr>
        <th class="rank" scope="col">Rank</th>
        <th scope="col">Player</th>
        ${more.map((name) => html`<th class="score more" scope="col">${name}</th>`)}
        <th class="score" scope="col">${score}</th>
      </tr>
    </thead>
    <tbody>
      ${standings.map((each) => rowOf(each, names))}
    </tbody>
  </table>`
}

function rowOf({ rank, userId, keys: [score = 0, ...more] }: Standing, names: Map<string, string>) {
  return html`<tr>
    <td class="rank"><span class="medal r${rank}">${number.format(rank)}</span></td>
    <td><bdi class="name">${names.get(userId)}</bdi></td>
    ${more.map((value) => html`<td class="score more">${number.format(value)}</td>`)}
    <td class="score">${number.format(score)}</td>
  </tr>`
}

function linksOf({ links: { higher, lower } }: PageContent): Html | string {
  if (higher === null && lower === null) return ''
  return html`<nav aria-label="Pages">
    <span>${higher !== null && html`<a rel="prev" href="${higher}">← Higher ranks</a>`}</span>
    <span>${lower !== null && html`<a rel="next" href="${lower}">Lower ranks →</a>`}</span>
  </nav>`
}

const number = new Intl.NumberFormat('en', { maximumFractionDigits: fractionDigitsMax })
const players = (total: number): string =>
  total === 1 ? '1 player' : `${number.format(total)} players`
const inUtc = new Intl.DateTimeFormat('en', {
  dateStyle: 'medium',
  timeStyle: 'short',
  hourCycle: 'h23',
  timeZone: 'UTC',
})
const dateTime = (at: number): string => `${inUtc.format(at)} UTC`

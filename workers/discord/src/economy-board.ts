/** `/economy board`: a manager makes a leaderboard by a form, changes it, or ends its season. */
import { fail, ok, type Result } from '@coinop/shared/result'
import { z } from 'zod'
import { boardOption } from './boards.ts'
import type { Action, Context, NewInput } from './commands/command.ts'
import { colors } from './look.ts'
import { limits, optionType } from './protocol.ts'
import { type Content, message, update } from './reply.ts'
import { escaped } from './text.ts'

type Managed = NonNullable<Awaited<ReturnType<DiscordEnv['LEADERBOARDS_MANAGEMENT']['find']>>>
type Board = Managed['board']
type Season = Managed['season']

const nameCharacters = 100
const slugCharacters = 64
const wordCharacters = 20

export const boardSubcommand = {
  type: optionType.subcommand,
  name: 'board',
  description: 'Make a leaderboard, change it, or end its season',
  options: [{ ...boardOption, description: 'Which one; without it a new one' }],
}
export const BoardWish = z.strictObject({
  board: z.string().min(1).max(limits.choiceValue).optional(),
})

const keeps = ['best', 'latest', 'first', 'increment', 'decrement'] as const
const orders = { highest: 'desc', lowest: 'asc' } as const
/** When a season begins, in UTC. */
const crons = { daily: '0 0 * * *', weekly: '0 0 * * 1', monthly: '0 0 1 * *' } as const

const orderOf = ({ keys }: Board) => (keys[0]?.sort === 'asc' ? 'lowest' : 'highest')

/** `custom`: a schedule that no word of ours says. */
function seasonWordOf({ schedule }: Board): string {
  if (schedule === null) return 'never'
  const found = Object.entries(crons).find(([, cron]) => cron === schedule.cron)
  return found?.[0] ?? 'custom'
}

export async function manageBoard(context: Context, { board: name }: z.infer<typeof BoardWish>) {
  if (name === undefined) {
    return ok(context.modal({ title: 'New board', action: 'newBoard', inputs: inputsFor() }))
  }
  const found = await context.env.LEADERBOARDS_MANAGEMENT.find(context.caller, name)
  return found ? ok(message('user', contentOf(context, found))) : fail('leaderboard_not_found')
}

export const boardActions: Record<string, Action> = {
  newBoard: {
    waits: 'user',
    run: async (context, { inputs }) => {
      const { env, caller, key } = context
      const read = readForm(inputs)
      if (!read.ok) return read
      const { order, season, ...fields } = read.value
      const schedule = scheduleOf(season)
      if (schedule === undefined) return fail('board_words_unknown')
      const board = { ...fields, keys: [{ name: 'score', sort: orders[order] }], schedule }
      const made = await env.LEADERBOARDS_MANAGEMENT.create(caller, { board, key })
      return made.ok ? show(context, made.value.id, (content) => message('user', content)) : made
    },
  },
  editBoard: {
    waits: 'form',
    run: async (context, { args: [boardId = ''] }) => {
      const found = await context.env.LEADERBOARDS_MANAGEMENT.find(context.caller, boardId)
      if (!found) return fail('leaderboard_not_found')
      const { board } = found
      const args = [boardId, String(board.version), orderOf(board), seasonWordOf(board)]
      const inputs = inputsFor(board)
      return ok(context.modal({ title: 'Change the board', action: 'saveBoard', args, inputs }))
    },
  },
  saveBoard: { waits: 'update', run: save },
  showBoard: {
    waits: 'update',
    run: (context, { args: [boardId = ''] }) => show(context, boardId, update),
  },
  askEnd: {
    waits: 'update',
    run: async (context, { args: [boardId = ''] }) => {
      const found = await context.env.LEADERBOARDS_MANAGEMENT.find(context.caller, boardId)
      return found ? ok(update(question(context, found))) : fail('leaderboard_not_found')
    },
  },
  end: {
    waits: 'update',
    run: async (context, { args: [board = '', season = ''] }) => {
      const { env, caller } = context
      const named = { boardId: `brd_${board}`, seasonId: `sea_${season}` }
      const ended = await env.LEADERBOARDS_MANAGEMENT.closeSeason(caller, named)
      if (!ended.ok) return ended
      const line = `Season ${ended.value} has ended. Its rewards are paid from now on.`
      return show(context, named.boardId, (content) => update({ ...content, lines: [line] }))
    },
  },
}

/** What the form still says as it was shown is not part of the change: a schedule may be one that no word says. */
async function save(context: Context, { args, inputs }: Parameters<Action['run']>[1]) {
  const { env, caller, key } = context
  const [boardId = '', version, orderShown, seasonShown] = args
  const read = readForm(inputs)
  if (!read.ok) return read
  const { order, season, ...fields } = read.value
  const schedule = scheduleOf(season)
  const isNewSeason = season !== seasonShown
  if (isNewSeason && schedule === undefined) return fail('board_words_unknown')
  const changed = await env.LEADERBOARDS_MANAGEMENT.update(caller, {
    boardId,
    version: Number(version),
    patch: { ...fields, ...(isNewSeason && schedule !== undefined && { schedule }) },
    ...(order !== orderShown && { first: orders[order] }),
    key,
  })
  return changed.ok ? show(context, boardId, update) : changed
}

/** The board as it is now. */
async function show<T>(context: Context, boardId: string, form: (content: Content) => T) {
  const found = await context.env.LEADERBOARDS_MANAGEMENT.find(context.caller, boardId)
  return found ? ok(form(contentOf(context, found))) : fail('leaderboard_not_found')
}

const inputsFor = (board?: Board): NewInput[] => [
  { name: 'name', label: 'Name', max: nameCharacters, value: board?.name ?? '' },
  {
    name: 'slug',
    label: 'Short name: a-z, 0-9 and -',
    placeholder: 'for example weekly-wins',
    max: slugCharacters,
    value: board?.slug ?? '',
  },
  {
    name: 'keeps',
    label: 'Keeps: best, latest, first or increment',
    max: wordCharacters,
    value: board?.operator ?? 'best',
  },
  {
    name: 'order',
    label: 'Stands first: highest or lowest',
    max: wordCharacters,
    value: board ? orderOf(board) : 'highest',
  },
  {
    name: 'season',
    label: 'New season: never, daily, weekly, monthly',
    max: wordCharacters,
    value: board ? seasonWordOf(board) : 'never',
  },
]

type Read = Pick<Board, 'name' | 'slug' | 'operator'> & {
  order: keyof typeof orders
  season: string
}

function readForm(inputs: Record<string, string>): Result<Read, 'board_words_unknown'> {
  const word = (name: string) => (inputs[name] ?? '').trim().toLowerCase()
  const operator = keeps.find((each) => each === word('keeps'))
  const order = (['highest', 'lowest'] as const).find((each) => each === word('order'))
  if (!operator || !order) return fail('board_words_unknown')
  return ok({
    name: (inputs['name'] ?? '').trim(),
    slug: word('slug'),
    operator,
    order,
    season: word('season'),
  })
}

/** Undefined for a word that we do not know. */
function scheduleOf(word: string): Board['schedule'] | undefined {
  if (word === 'never') return null
  const known = Object.entries(crons).find(([name]) => name === word)
  return known && { cron: known[1], timeZone: 'UTC' }
}

const endOf = ({ endsAt }: Season) =>
  endsAt === null
    ? 'until somebody ends it'
    : `until <t:${Math.floor(Date.parse(endsAt) / 1_000)}:f>`

function contentOf({ button }: Context, { board, season }: Managed): Content {
  const { id, name, slug, operator, version } = board
  const word = seasonWordOf(board)
  const field = (title: string, value: string) => ({ name: title, value, inline: true })
  return {
    embed: {
      title: escaped(name, nameCharacters),
      color: colors.accent,
      fields: [
        field('Short name', `\`${slug}\``),
        field('Keeps', operator),
        field('Stands first', `the ${orderOf(board)}`),
        field('New season', word === 'custom' ? 'by a schedule of its own' : word),
        field('Season of now', `${season.number}, ${endOf(season)}`),
      ],
      footer: { text: `${id}, version ${version}` },
    },
    buttons: [
      [
        button({ label: 'Edit', action: 'editBoard', args: [id], style: 'primary' }),
        button({ label: 'End the season', action: 'askEnd', args: [id], style: 'danger' }),
      ],
    ],
  }
}

/** The button names the season, so that pressed twice it does not end the next one. */
function question({ button }: Context, { board, season }: Managed): Content {
  const bare = (id: string) => id.slice('xxx_'.length)
  const args = [bare(board.id), bare(season.id)]
  return {
    lines: [
      `End season ${season.number} of **${escaped(board.name, nameCharacters)}** now? Its standing becomes final, its rewards are paid, and the next season begins at once.`,
    ],
    buttons: [
      [
        button({ label: `End season ${season.number}`, action: 'end', args, style: 'danger' }),
        button({ label: 'Keep it', action: 'showBoard', args: [board.id] }),
      ],
    ],
  }
}

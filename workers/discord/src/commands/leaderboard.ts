/** `/leaderboard`: a board as a picture, ten places to a page. */
import { ok } from '@coinop/shared/result'
import { z } from 'zod'
import { boardOption, chooseBoard, scoreShown, suggestBoards } from '../boards.ts'
import { colors } from '../look.ts'
import { pageButtons, pageOf } from '../paging.ts'
import { drawLeaderboard, standingsMax } from '../pictures/leaderboard-picture.ts'
import { toPng } from '../pictures/png.ts'
import { limits } from '../protocol.ts'
import { message, update } from '../reply.ts'
import { escaped, plain } from '../text.ts'
import { type Context, defineCommand } from './command.ts'

/** The pages show this many places. */
const placesMax = 100
const lastPage = placesMax / standingsMax - 1
const nameCharacters = 64

export const leaderboard = defineCommand({
  definition: {
    name: 'leaderboard',
    description: 'See who leads',
    options: [boardOption],
  },
  audience: 'channel',
  options: z.strictObject({ board: z.string().max(limits.choiceValue).optional() }),
  handle: async (context, { board: named }) => {
    const board = await chooseBoard(context, named)
    if (!board.ok) return board
    const content = await pageContent(context, board.value, 0)
    return content.ok ? ok(message('channel', content.value)) : content
  },
  actions: {
    page: {
      waits: 'update',
      run: async (context, { args: [page = '', board = ''] }) => {
        const content = await pageContent(context, board, pageOf([page], lastPage))
        return content.ok ? ok(update(content.value)) : content
      },
    },
  },
  complete: suggestBoards,
})

async function pageContent(context: Context, board: string, page: number) {
  const { env, caller, player } = context
  const { userId } = player
  const skip = page * standingsMax
  const found = await env.LEADERBOARDS_READS.standing(caller, {
    board,
    skip,
    limit: standingsMax,
    userId,
  })
  if (!found.ok) return found
  const { name, endsAt, total, lines, own } = found.value
  const ids = lines.map((line) => line.userId)
  const names = new Map(
    (await env.DISCORD_PLAYERS.names(caller, ids)).map((each) => [each.userId, each.displayName]),
  )
  const best = Math.max(...lines.map(({ score }) => Math.abs(score)), 1)
  const standings = lines.map((line) => ({
    rank: line.rank,
    name: plain(names.get(line.userId) ?? '', nameCharacters),
    id: line.userId,
    score: scoreShown(line.score),
    share: Math.abs(line.score) / best,
    isSelf: line.userId === userId,
  }))
  const players = `${scoreShown(total)} players`
  const days = endsAt === null ? players : `${players} · the season ends ${endsAt.slice(0, 10)}`
  const canvas = drawLeaderboard({ title: name, subtitle: days, standings })
  const spoken = standings.map((each) => `${each.rank}. ${each.name}: ${each.score}`).join('; ')
  const description = own
    ? `You are **#${own.rank}** with **${scoreShown(own.score)}**.`
    : 'You are not on this board yet.'
  const hasMore = total > skip + standingsMax && page < lastPage
  const alternative = spoken === '' ? 'Nobody is on this board yet.' : spoken
  return ok({
    embed: { title: escaped(name, nameCharacters), description, fields: [], color: colors.accent },
    picture: { name: 'leaderboard.png', bytes: await toPng(canvas), description: alternative },
    buttons: pageButtons(context, { page, hasMore, args: [board] }),
  })
}

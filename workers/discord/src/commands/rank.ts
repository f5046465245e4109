/** `/rank`: the place of one player on a board, as a card. */
import { fail, ok } from '@coinop/shared/result'
import { z } from 'zod'
import { boardOption, chooseBoard, scoreShown, suggestBoards } from '../boards.ts'
import { namedUser, Snowflake, userOf } from '../interaction.ts'
import { colors } from '../look.ts'
import { toPng } from '../pictures/png.ts'
import { drawRankCard } from '../pictures/rank-card.ts'
import { findPlayer } from '../players.ts'
import { limits, optionType } from '../protocol.ts'
import { message } from '../reply.ts'
import { mention, plain } from '../text.ts'
import { defineCommand } from './command.ts'

const nameCharacters = 64

export const rank = defineCommand({
  definition: {
    name: 'rank',
    description: 'See a place on a board',
    options: [
      { type: optionType.user, name: 'user', description: 'Whose; without it yours' },
      boardOption,
    ],
  },
  audience: 'channel',
  options: z.strictObject({
    user: Snowflake.optional(),
    board: z.string().max(limits.choiceValue).optional(),
  }),
  handle: async (context, { user: id, board: named }) => {
    const { env, caller, interaction } = context
    const person = id === undefined ? userOf(interaction) : namedUser(interaction, id)
    if (!person) return fail('recipient_unknown')
    if (person.isBot) return fail('recipient_is_bot')
    const board = await chooseBoard(context, named)
    if (!board.ok) return board
    const { userId } = await findPlayer(env, caller, person)
    const query = { board: board.value, skip: 0, limit: 1, userId }
    const found = await env.LEADERBOARDS_READS.standing(caller, query)
    if (!found.ok) return found
    const { name: title, total, lines, own } = found.value
    if (!own) return fail('not_on_board')
    const name = plain(person.name, nameCharacters)
    const ahead = total <= 1 ? 1 : (total - own.rank) / (total - 1)
    const card = drawRankCard({
      name,
      id: person.id,
      title,
      highlight: `#${scoreShown(own.rank)}`,
      caption: `of ${scoreShown(total)} players`,
      share: ahead,
      figures: [
        { label: 'Score', value: scoreShown(own.score) },
        { label: 'The best score', value: scoreShown(lines[0]?.score ?? own.score) },
        { label: 'Ahead of', value: `${Math.floor(ahead * 100)}%` },
      ],
    })
    const spoken = `${name}: rank ${own.rank} of ${total} with ${scoreShown(own.score)}`
    const picture = { name: 'rank.png', bytes: await toPng(card), description: spoken }
    const description = mention(person.id)
    const embed = { title: 'Rank', description, fields: [], color: colors.accent }
    return ok(message('channel', { embed, picture }))
  },
  complete: suggestBoards,
})

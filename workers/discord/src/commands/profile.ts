/** `/profile`: what somebody made of the games, as a card. Nothing of what they own: that is theirs to show. */
import { fail, ok } from '@coinop/shared/result'
import { z } from 'zod'
import { colors } from '../look.ts'
import { namedUser, Snowflake, userOf } from '../interaction.ts'
import { drawRankCard } from '../pictures/rank-card.ts'
import { toPng } from '../pictures/png.ts'
import { findPlayer } from '../players.ts'
import { optionType } from '../protocol.ts'
import { message } from '../reply.ts'
import { mention, plain } from '../text.ts'
import { defineCommand } from './command.ts'

const nameCharacters = 64

export const profile = defineCommand({
  definition: {
    name: 'profile',
    description: 'Show what somebody made of the games',
    options: [{ type: optionType.user, name: 'user', description: 'Whose; without it yours' }],
  },
  audience: 'channel',
  options: z.strictObject({ user: Snowflake.optional() }),
  handle: async ({ env, caller, interaction }, { user: id }) => {
    const person = id === undefined ? userOf(interaction) : namedUser(interaction, id)
    if (!person) return fail('recipient_unknown')
    if (person.isBot) return fail('recipient_is_bot')
    const { userId } = await findPlayer(env, caller, person)
    const figures = await env.GAMES_FAIRNESS.figures(caller, userId)
    const sum = (figure: 'plays' | 'wins') =>
      figures.reduce((total, each) => total + each[figure], 0)
    const [plays, wins] = [sum('plays'), sum('wins')]
    const streak = Math.max(0, ...figures.map((each) => each.streak))
    const favourite = figures.toSorted((a, b) => b.plays - a.plays)[0]?.gameId ?? 'none yet'
    const share = plays === 0 ? 0 : wins / plays
    const name = plain(person.name, nameCharacters)
    const won = `${Math.round(share * 100)}%`
    const card = drawRankCard({
      name,
      id: person.id,
      title: 'Player profile',
      highlight: won,
      caption: 'of rounds won',
      share,
      figures: [
        { label: 'Rounds played', value: count(plays) },
        { label: 'Rounds won', value: count(wins) },
        { label: 'Wins in a row now', value: count(streak) },
        { label: 'Favourite game', value: favourite },
      ],
    })
    const spoken = `${name}: ${plays} rounds, ${wins} won, ${streak} in a row, favourite game ${favourite}`
    const picture = { name: 'profile.png', bytes: await toPng(card), description: spoken }
    const embed = {
      title: 'Profile',
      description: mention(person.id),
      color: colors.accent,
      fields: [],
    }
    return ok(message('channel', { embed, picture }))
  },
})

const count = (number: number) => String(number).replaceAll(/\B(?=(\d{3})+$)/g, ',')

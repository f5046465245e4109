/** `/fair`: the commitment that the player's next rounds are bound to, and a client seed of their own choice. */
import { fail, ok } from '@coinop/shared/result'
import { z } from 'zod'
import { colors } from '../look.ts'
import { type Content, message, update } from '../reply.ts'
import { escaped } from '../text.ts'
import { type Context, defineCommand } from './command.ts'

const seedCharacters = 64
type Seeds = Pick<
  Awaited<ReturnType<DiscordEnv['GAMES_FAIRNESS']['get']>>,
  'commitment' | 'clientSeed' | 'nonce' | 'nextCommitment'
>

export const fair = defineCommand({
  definition: { name: 'fair', description: 'Check that your games are fair, and choose your seed' },
  audience: 'user',
  options: z.strictObject({}),
  handle: async (context) => {
    const { env, caller, player } = context
    return ok(
      message('user', seedsContent(context, await env.GAMES_FAIRNESS.get(caller, player.userId))),
    )
  },
  actions: {
    choose: {
      waits: 'form',
      run: async ({ modal }) =>
        ok(
          modal({
            title: 'Your client seed',
            action: 'set',
            inputs: [
              {
                name: 'seed',
                label: 'Anything without spaces',
                placeholder: 'for example lucky-4711',
                max: seedCharacters,
              },
            ],
          }),
        ),
    },
    set: {
      waits: 'update',
      run: (context, { inputs }) => rotate(context, inputs['seed'] ?? ''),
    },
    rotate: { waits: 'update', run: (context) => rotate(context, undefined) },
  },
})

async function rotate(context: Context, clientSeed: string | undefined) {
  const { env, caller, player, key } = context
  const wish = { userId: player.userId, clientSeed: clientSeed?.trim(), key }
  const rotated = await env.GAMES_FAIRNESS.rotate(caller, wish)
  if (!rotated.ok) return fail(rotated.code)
  const { closed, current } = rotated.value
  const content = seedsContent(context, current)
  const revealed = {
    name: `The pair before, with ${closed.nonce} rounds`,
    value: [
      `Server seed ${code(closed.serverSeed ?? 'shown when its open round has ended')}`,
      `Its SHA-256 is ${code(closed.commitment)}`,
      `Client seed ${code(closed.clientSeed)}`,
    ].join('\n'),
  }
  return ok(
    update({
      ...content,
      embed: { ...content.embed, fields: [...content.embed.fields, revealed] },
    }),
  )
}

/** Seeds have no backticks in them that could end the code: they are shown as plain words then. */
const code = (text: string) => (text.includes('`') ? escaped(text, seedCharacters) : `\`${text}\``)

const seedsContent = ({ button }: Context, seeds: Seeds) =>
  ({
    embed: {
      title: 'Provably fair',
      description:
        'The server seed is fixed before you choose yours: below is its SHA-256. Each outcome is made of both seeds and the number of the round. Change the pair to see the old server seed, and check every round with it.',
      color: colors.accent,
      fields: [
        { name: 'Commitment', value: code(seeds.commitment) },
        { name: 'Your client seed', value: code(seeds.clientSeed) },
        { name: 'Rounds so far', value: String(seeds.nonce) },
        { name: 'Commitment of the next pair', value: code(seeds.nextCommitment) },
      ],
    },
    buttons: [
      [
        button({ label: 'Choose my seed', action: 'choose', style: 'primary' }),
        button({ label: 'Reveal and renew', action: 'rotate' }),
      ],
    ],
  }) satisfies Content

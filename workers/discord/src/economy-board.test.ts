import { describe, expect, test } from 'vitest'
import {
  interact,
  manager,
  newPerson,
  type Person,
  pressed,
  submit,
  use,
} from './testing/discord.ts'
import { database, openArcade, ownServer, snowflake } from './testing/world.ts'

const options = (board?: string) => [
  {
    name: 'board',
    type: 1,
    options: board === undefined ? [] : [{ name: 'board', type: 3, value: board }],
  },
]

async function scenery() {
  const arcade = await openArcade()
  const serverId = await ownServer(arcade)
  const boss = { ...newPerson('boss'), ...manager }
  const from = (by: Person = boss) => ({ by, serverId })
  const ask = (board?: string, by: Person = boss) =>
    use(arcade, { ...from(by), name: 'economy', options: options(board) })
  const send = (form: { reply: Form }, inputs: Record<string, string>, id = snowflake()) =>
    interact(
      arcade,
      submit(arcade, { ...from(), id }, { customId: form.reply.data.custom_id, inputs }),
    )
  const all = async (select: string) =>
    (await database('LEADERBOARDS_DB').prepare(select).bind(arcade.projectId).all()).results
  const boards = () =>
    all(
      'SELECT slug, name, operator, keys, cron, version FROM boards WHERE project_id = ? ORDER BY id',
    )
  const seasons = () =>
    all('SELECT number, status FROM seasons WHERE project_id = ? ORDER BY number')
  return { arcade, boss, serverId, from, ask, send, boards, seasons }
}
type Form = { type: number; data: { custom_id: string; components: Row[] } }
type Row = { components: { custom_id: string; value?: string }[] }
const valuesOf = ({ reply }: { reply: Form }) =>
  Object.fromEntries(
    reply.data.components.map(({ components: [input] }) => [input!.custom_id, input!.value ?? '']),
  )
const weekly = {
  name: 'Weekly *wins*',
  slug: 'weekly',
  keeps: 'Best',
  order: 'highest',
  season: 'weekly',
}

describe('/economy board', () => {
  test('opens a form at once, and makes the board once for ten copies', async () => {
    const { ask, send, boards, arcade, from } = await scenery()
    const form = await ask()
    expect(form.reply.type).toBe(9)
    expect(valuesOf(form)).toMatchObject({ keeps: 'best', order: 'highest', season: 'never' })
    const id = snowflake()
    const made = await Promise.all(Array.from({ length: 10 }, () => send(form, weekly, id)))
    for (const { reply } of made) expect(reply).toEqual(made[0]?.reply)
    expect(made[0]).toMatchObject({ isPrivate: true, embeds: [{ title: 'Weekly \\*wins\\*' }] })
    const keys = '[{"name":"score","sort":"desc"}]'
    const row = { slug: 'weekly', name: 'Weekly *wins*', operator: 'best', keys, cron: '0 0 * * 1' }
    expect(await boards()).toEqual([{ ...row, version: 1 }])
    const picture = await use(arcade, { ...from(newPerson('ada')), name: 'rank' })
    expect(picture.text).toContain('no score on this board')
  })

  test('changes what the form changes, also a schedule of its own that it leaves alone', async () => {
    const { arcade, ask, send, boards, from } = await scenery()
    await send(await ask(), weekly)
    await database('LEADERBOARDS_DB')
      .prepare(`UPDATE boards SET cron = '30 4 * * 2' WHERE project_id = ?`)
      .bind(arcade.projectId)
      .run()
    const shown = await ask('weekly')
    const form = await pressed(arcade, from(), { buttons: shown.buttons, label: 'Edit' })
    expect(valuesOf(form)['season']).toBe('custom')
    const changed = await send(form, { ...valuesOf(form), name: 'Golf', order: 'lowest' })
    expect(changed.reply.type).toBe(7)
    const keys = '[{"name":"score","sort":"asc"}]'
    expect(await boards()).toMatchObject([{ name: 'Golf', keys, cron: '30 4 * * 2', version: 2 }])
    const late = await send(form, { ...valuesOf(form), name: 'Too late' })
    expect(late.text).toContain('meanwhile')
    const again = await pressed(arcade, from(), { buttons: changed.buttons, label: 'Edit' })
    await send(again, { ...valuesOf(again), season: 'never' })
    expect(await boards()).toMatchObject([{ name: 'Golf', cron: null, version: 3 }])
  })

  test('asks before it ends a season, and ends one, however often the button is pressed', async () => {
    const { arcade, ask, send, seasons, from } = await scenery()
    const made = await send(await ask(), weekly)
    const asked = await pressed(arcade, from(), { buttons: made.buttons, label: 'End the season' })
    expect(asked.text).toContain('End season 1 of **Weekly \\*wins\\*** now?')
    const kept = await pressed(arcade, from(), { buttons: asked.buttons, label: 'Keep it' })
    expect(kept.embeds[0].title).toBe('Weekly \\*wins\\*')
    expect(await seasons()).toEqual([])
    for (let time = 0; time < 3; time++) {
      const ended = await pressed(arcade, from(), { buttons: asked.buttons, label: 'End season 1' })
      expect(ended.text).toContain('Season 1 has ended')
    }
    expect(await seasons()).toEqual([{ number: 1, status: 'closed' }])
  })

  test('refuses what cannot be read or is taken, and makes nothing', async () => {
    const { ask, send, boards } = await scenery()
    const form = await ask()
    await send(form, weekly)
    for (const [bad, words] of [
      [{ keeps: 'worst' }, 'Use the words'],
      [{ order: 'sideways' }, 'Use the words'],
      [{ season: 'custom' }, 'Use the words'],
      [{ season: 'hourly' }, 'Use the words'],
      [{ slug: 'Über uns' }, 'cannot be a board'],
      [{ name: ' ' }, 'cannot be a board'],
      [{ name: 'x'.repeat(101) }, 'cannot be a board'],
      [{}, 'that short name already'],
    ] as const) {
      expect((await send(form, { ...weekly, ...bad })).text).toContain(words)
    }
    expect(await boards()).toHaveLength(1)
    expect((await ask('nothing')).text).toContain('no such board')
  })

  test('is for managers of a server with an economy, at every step', async () => {
    const { arcade, boss, serverId, ask, send, from, seasons, boards } = await scenery()
    expect((await ask(undefined, newPerson('member'))).text).toContain('Only who may manage')
    const made = await send(await ask(), weekly)
    const asked = await pressed(arcade, from(), { buttons: made.buttons, label: 'End the season' })
    const form = await pressed(arcade, from(), { buttons: made.buttons, label: 'Edit' })
    const demoted = { by: { ...boss, permissions: 0n }, serverId }
    const said = await pressed(arcade, demoted, { buttons: asked.buttons, label: 'End season 1' })
    expect(said.text).toContain('Only who may manage')
    const customId = form.reply.data.custom_id
    const sent = submit(arcade, demoted, { customId, inputs: { ...weekly, name: 'Mine' } })
    expect((await interact(arcade, sent)).text).toContain('Only who may manage')
    expect([await seasons(), await boards()]).toMatchObject([[], [{ name: 'Weekly *wins*' }]])
  })
})

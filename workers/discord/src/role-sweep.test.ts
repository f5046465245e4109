import { env, exports } from 'cloudflare:workers'
import { systemCaller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { answering } from '@coinop/shared/together'
import { describe, expect, test } from 'vitest'
import { sweepRoles } from './role-sweep.ts'
import { buy, daily, newPerson, use } from './testing/discord.ts'
import { heardAbout } from './testing/heard.ts'
import {
  type Application,
  database,
  giveBotToken,
  newItem,
  openArcade,
  ownServer,
  snowflake,
} from './testing/world.ts'

type Effect = {
  kind: string
  state: string
  reason: string | null
  tries: number
  due_at: number | null
}
const shopDb = () => database('SHOP_DB')
/** Newest last. */
const effectsOf = async ({ projectId }: Application) => {
  const select = `SELECT kind, state, reason, tries, due_at FROM effects WHERE project_id = ? ORDER BY source_id, position`
  return (await shopDb().prepare(select).bind(projectId).all<Effect>()).results
}
/** Time passes for this project alone, and the others keep out of the way. */
async function later({ projectId }: Application): Promise<void> {
  await shopDb().batch([
    shopDb()
      .prepare('UPDATE effects SET due_at = ? WHERE due_at IS NOT NULL')
      .bind(now() + 1e9),
    shopDb()
      .prepare('UPDATE effects SET due_at = 1 WHERE due_at IS NOT NULL AND project_id = ?')
      .bind(projectId),
  ])
}

/** The only effect of a project, so many times more. */
async function copies({ projectId }: Application, count: number): Promise<void> {
  const insert = `INSERT INTO effects SELECT project_id, 'ord_' || value, 1, user_id, kind, currency, amount, role_id, state,
    reason, created_at, place, tries, due_at FROM effects, json_each(?) WHERE project_id = ?`
  const names = JSON.stringify(Array.from({ length: count }, (_, index) => index))
  await shopDb().prepare(insert).bind(names, projectId).run()
}

/** Somebody bought a role; Discord does with it what its last digits say. */
async function bought(digits: string, { isSilent = false } = {}) {
  const arcade = await openArcade()
  await giveBotToken(arcade)
  const ada = newPerson('ada')
  await use(arcade, daily(ada))
  const roleId = `${snowflake().slice(0, -3)}${digits}`
  const onPurchase = [{ kind: 'role', roleId }]
  await newItem(arcade, { name: 'Crown', currency: 'COIN', price: 5, stock: null, onPurchase })
  if (isSilent) {
    // The bot is killed after the purchase and before the role: the row is all there is.
    await database('AUTH_DB')
      .prepare('UPDATE discord_applications SET sealed_bot_token = NULL WHERE application_id = ?')
      .bind(arcade.applicationId)
      .run()
  }
  const { text } = await use(arcade, buy(ada, 'Crown'))
  if (isSilent) await giveBotToken(arcade)
  return { arcade, ada, roleId, text }
}

describe('the sweep of roles', () => {
  test('gives a role that nobody has tried yet, once', async () => {
    const { arcade, ada, roleId } = await bought('777', { isSilent: true })
    expect(await heardAbout(roleId)).toEqual([])
    await later(arcade)
    expect(await sweepRoles(env)).toBe(1)
    expect(await sweepRoles(env)).toBe(0)
    expect(await heardAbout(roleId)).toMatchObject([
      {
        method: 'PUT',
        path: `/guilds/1300000000000000009/members/${ada.id}/roles/${roleId}`,
        userAgent: expect.stringMatching(/^DiscordBot \(https:/),
      },
    ])
    expect(await effectsOf(arcade)).toMatchObject([{ state: 'done', due_at: null }])
  })

  test('tries again while Discord does not answer well, each time later, until it is done', async () => {
    const { arcade, roleId, text } = await bought('503')
    expect(text).toContain('comes a little later')
    const [first] = await effectsOf(arcade)
    expect(first).toMatchObject({ state: 'pending', reason: 'discord_503', tries: 1 })
    expect(await sweepRoles(env)).toBe(0)
    expect(await heardAbout(roleId)).toHaveLength(1)
    await later(arcade)
    await sweepRoles(env)
    const [second] = await effectsOf(arcade)
    expect(second!.due_at! - now()).toBeGreaterThan(first!.due_at! - now())
    await later(arcade)
    expect(await sweepRoles(env)).toBe(1)
    expect(await effectsOf(arcade)).toMatchObject([{ state: 'done', tries: 2, due_at: null }])
  })

  test('waits as long as Discord says', async () => {
    const { arcade } = await bought('429')
    const [limited] = await effectsOf(arcade)
    expect(limited).toMatchObject({ state: 'pending', reason: 'discord_429' })
    expect(limited!.due_at! - now()).toBeGreaterThan(80_000)
    await later(arcade)
    expect(await sweepRoles(env)).toBe(1)
  })

  test(
    'does not wait for a Discord that is silent, and tries again',
    { timeout: 30_000 },
    async () => {
      const { arcade, roleId } = await bought('408', { isSilent: true })
      await later(arcade)
      const from = now()
      expect(await sweepRoles(env)).toBe(0)
      expect(now() - from).toBeLessThan(10_000)
      const [silent] = await effectsOf(arcade)
      expect(silent).toMatchObject({ state: 'pending', reason: 'discord_silent', tries: 2 })
      expect(silent!.due_at!).toBeGreaterThan(now())
      await later(arcade)
      expect(await sweepRoles(env)).toBe(1)
      expect(await effectsOf(arcade)).toMatchObject([{ state: 'done' }])
      expect(await heardAbout(roleId)).toHaveLength(2)
    },
  )

  test.each(['403', '404'])('ends what Discord refuses with %s, and says why', async (digits) => {
    const { arcade, roleId, text } = await bought(digits)
    expect(text).toContain('could not be given here')
    const failed = { state: 'failed', reason: `discord_${digits}`, due_at: null }
    expect(await effectsOf(arcade)).toMatchObject([failed])
    await later(arcade)
    expect(await sweepRoles(env)).toBe(0)
    expect(await heardAbout(roleId)).toHaveLength(1)
  })

  test('gives up after a week', async () => {
    const { arcade } = await bought('503')
    await shopDb()
      .prepare('UPDATE effects SET created_at = ? WHERE project_id = ?')
      .bind(now() - 8 * 24 * 3_600_000, arcade.projectId)
      .run()
    await later(arcade)
    await sweepRoles(env)
    expect(await effectsOf(arcade)).toMatchObject([
      { state: 'failed', reason: 'discord_503', tries: 2, due_at: null },
    ])
  })

  test('killed between the role and its note, does the same again, which changes nothing', async () => {
    const { arcade, roleId } = await bought('777', { isSilent: true })
    const killed = () => Promise.reject(new Error('killed'))
    const lost = answering(env.SHOP_ROLES, { confirm: killed, postpone: killed })
    await later(arcade)
    expect(await sweepRoles({ ...env, SHOP_ROLES: lost })).toBe(0)
    expect(await effectsOf(arcade)).toMatchObject([{ state: 'pending' }])
    expect(await sweepRoles(env)).toBe(1)
    const heard = await heardAbout(roleId)
    expect(heard.map(({ method }) => method)).toEqual(['PUT', 'PUT'])
    expect(await effectsOf(arcade)).toMatchObject([{ state: 'done' }])
  })

  test('has the token of the bot that serves the server, also where the economy is of another project of the tenant', async () => {
    const arcade = await openArcade()
    await giveBotToken(arcade)
    const [other, foreign] = [await openArcade(), await openArcade()]
    await database('AUTH_DB')
      .prepare(
        'UPDATE projects SET tenant_id = (SELECT tenant_id FROM projects WHERE id = ?) WHERE id = ?',
      )
      .bind(arcade.projectId, other.projectId)
      .run()
    const serverId = await ownServer(arcade, other.projectId)
    await ownServer(arcade, foreign.projectId)
    const ada = newPerson('ada')
    const roleId = `${snowflake().slice(0, -3)}777`
    const onPurchase = [{ kind: 'role', roleId }]
    await newItem(other, { name: 'Crown', currency: 'COIN', price: 5, stock: null, onPurchase })
    await use(arcade, { ...daily(ada), serverId })
    const { text } = await use(arcade, { ...buy(ada, 'Crown'), serverId })
    expect(text).toContain(`It brought the role <@&${roleId}>.`)
    expect(await env.DISCORD_BOTS.list(systemCaller(other.projectId))).toHaveLength(1)
    expect(await env.DISCORD_BOTS.list(systemCaller(foreign.projectId))).toEqual([])
  })

  test('a bot that Discord limits, and one whose token cannot be read, keep nobody waiting', async () => {
    const limited = await bought('777', { isSilent: true })
    const broken = await bought('777', { isSilent: true })
    await copies(limited.arcade, 15)
    await copies(broken.arcade, 15)
    await database('AUTH_DB')
      .prepare('UPDATE discord_applications SET sealed_bot_token = ? WHERE application_id = ?')
      .bind('not sealed by us', broken.arcade.applicationId)
      .run()
    const { arcade: waiting } = await bought('777', { isSilent: true })
    await later(waiting)
    // Roles of their own, so that Discord answers 429 to whichever of them is the first.
    const before = `UPDATE effects SET due_at = 0, role_id = printf('13%014d', abs(random() % 100000000000000)) || ? WHERE project_id = ?`
    await shopDb().batch([
      shopDb().prepare(before).bind('429', limited.arcade.projectId),
      shopDb().prepare(before).bind('777', broken.arcade.projectId),
    ])
    for (let run = 0; run < 3; run++) await sweepRoles(env)
    expect(await effectsOf(waiting)).toMatchObject([{ state: 'done' }])
    const left = await effectsOf(limited.arcade)
    expect(left).toHaveLength(16)
    expect((await heardAbout(limited.ada.id)).length).toBeLessThanOrEqual(3)
    for (const { reason, due_at } of left) {
      expect(reason).toBe('discord_429')
      expect(due_at! - now()).toBeGreaterThan(60_000)
    }
    for (const each of await effectsOf(broken.arcade)) {
      expect(each).toMatchObject({ state: 'pending', reason: 'try_failed' })
    }
  })

  test('runs each minute by cron, no more than twelve roles at once', async () => {
    const { arcade } = await bought('777', { isSilent: true })
    await copies(arcade, 30)
    await later(arcade)
    type Scheduled = { scheduled(event: { cron: string }): Promise<unknown> }
    await (exports as unknown as { default: Scheduled }).default.scheduled({ cron: '* * * * *' })
    const done = (await effectsOf(arcade)).filter(({ state }) => state === 'done')
    expect(done).toHaveLength(12)
  })
})

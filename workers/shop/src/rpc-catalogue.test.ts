import { exports } from 'cloudflare:workers'
import { newId } from '@coinop/shared/ids'
import { otherProject, player, testProject } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ShopCatalogue } from './rpc-catalogue.ts'
import { bindings, buy, makeCurrency, makeItem, stockOf, userWith } from './test-shop.ts'

const { ShopCatalogue: catalogue } = exports as unknown as {
  ShopCatalogue: Service<typeof ShopCatalogue>
}
const manager = () => player(newId('usr'))
const stranger = () => ({ ...manager(), projectId: otherProject })
const item = { name: 'Lantern', price: { currency: 'COIN', amount: 7 }, stock: 3 }
const key = () => crypto.randomUUID()
const notes = async (subject: string) =>
  (
    await bindings.AUTH_DB.prepare(
      'SELECT action, actor_kind, actor_id FROM audit_entries WHERE subject = ? ORDER BY sequence',
    )
      .bind(subject)
      .all()
  ).results

beforeAll(async () => {
  await makeCurrency()
  await bindings.AUTH_DB.prepare(
    `INSERT OR IGNORE INTO projects (id, tenant_id, name, environment, plan, created_at) VALUES (?, ?, 'x', 'test', 'free', 0)`,
  )
    .bind(testProject, newId('ten'))
    .run()
})

describe('ShopCatalogue', () => {
  test('makes an item once for ten copies, and the audit log knows who did', async () => {
    const [caller, order] = [manager(), { item, key: key() }]
    const made = await Promise.all(
      Array.from({ length: 10 }, () => catalogue.create(caller, order)),
    )
    const [first] = made
    expect(first).toMatchObject({ ok: true, value: { ...item, version: 1, isActive: true } })
    for (const each of made) expect(each).toEqual(first)
    if (!first?.ok) throw new Error('no item')
    const { id } = first.value
    await expect
      .poll(() => notes(id))
      .toEqual([{ action: 'items.create', actor_kind: 'player', actor_id: caller.actorId }])
    const other = { item: { ...item, name: 'Torch' }, key: order.key }
    expect(await catalogue.create(caller, other)).toEqual({
      ok: false,
      code: 'idempotency_conflict',
    })
  })

  test('changes the version that was seen, once for ten copies, and no newer one', async () => {
    const [caller, made] = [manager(), await makeItem({ stock: 5 })]
    const change = { itemId: made.id, version: 1, patch: { name: 'Blade' }, key: key() }
    const changed = await Promise.all(
      Array.from({ length: 10 }, () => catalogue.update(caller, change)),
    )
    for (const each of changed)
      expect(each).toMatchObject({ ok: true, value: { name: 'Blade', version: 2 } })
    const late = { ...change, patch: { name: 'Too late' }, key: key() }
    expect(await catalogue.update(caller, late)).toEqual({ ok: false, code: 'item_changed' })
    expect(await catalogue.find(caller, made.id)).toMatchObject({ name: 'Blade', version: 2 })
  })

  test('leaves the stock alone that is not part of the change', async () => {
    const [ada, made] = [await userWith(100), await makeItem({ stock: 5 })]
    await buy(ada, { itemId: made.id })
    const change = { itemId: made.id, version: 1, patch: { name: 'Blade' }, key: key() }
    await catalogue.update(manager(), change)
    expect(await stockOf(made)).toBe(4)
  })

  test('finds and lists what is not on sale, which players do not see', async () => {
    const made = await makeItem({ name: 'Retired thing', isActive: false })
    const caller = manager()
    for (const text of [made.id, 'retired THING']) {
      expect(await catalogue.find(caller, text)).toEqual(made)
    }
    const listed = (await catalogue.items(caller)).map(({ id, isActive }) => ({ id, isActive }))
    expect(listed).toContainEqual({ id: made.id, isActive: false })
  })

  test('refuses what no item can be, and changes nothing', async () => {
    const [caller, made] = [manager(), await makeItem()]
    for (const bad of [{ name: '' }, { stock: -1 }, { price: { currency: 'COIN', amount: 0.5 } }]) {
      const wanted = { item: { ...item, ...bad }, key: key() }
      expect(await catalogue.create(caller, wanted)).toEqual({ ok: false, code: 'item_invalid' })
      const change = { itemId: made.id, patch: bad, key: key() }
      expect(await catalogue.update(caller, change)).toEqual({ ok: false, code: 'item_invalid' })
    }
    expect(await catalogue.find(caller, made.id)).toEqual(made)
  })

  test('refuses an item that has become wrong because of another one', async () => {
    const caller = manager()
    const [inner, part] = [await makeItem({ stock: null }), await makeItem({ stock: null })]
    const holding = (itemId: string) => ({ contents: [{ itemId, quantity: 1 }] })
    const outer = await makeItem({ stock: null, ...holding(inner.id) })
    const nested = { itemId: inner.id, patch: holding(part.id), key: key() }
    expect(await catalogue.update(caller, nested)).toMatchObject({ ok: true })
    const change = { itemId: outer.id, version: 1, patch: { name: 'Chest' }, key: key() }
    expect(await catalogue.update(caller, change)).toEqual({ ok: false, code: 'item_invalid' })
    expect(await catalogue.find(caller, outer.id)).toEqual(outer)
  })

  test('knows no item of another project', async () => {
    const [caller, made] = [stranger(), await makeItem({ name: 'Ours alone' })]
    expect(await catalogue.find(caller, made.id)).toBeUndefined()
    expect(await catalogue.find(caller, made.name)).toBeUndefined()
    expect(await catalogue.items(caller)).toEqual([])
    const change = { itemId: made.id, version: 1, patch: { name: 'Theirs' }, key: key() }
    expect(await catalogue.update(caller, change)).toEqual({ ok: false, code: 'item_not_found' })
  })
})

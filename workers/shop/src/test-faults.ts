/** The seams of the shop: what it asks of its database, of the wallet and of the event log, where the tests make something go wrong. */
import type { EventAppender } from '@coinop/shared/events'
import { FailPoints, type FaultAction } from '@coinop/shared/fail-points'
import { Random } from '@coinop/wallet/test-random'
import { bindings } from './test-shop.ts'

type Charges = ShopEnv['WALLET_CHARGES']

class Records {
  batch(statements: D1PreparedStatement[]): Promise<D1Result[]> {
    return bindings.SHOP_DB.batch(statements)
  }
}
class Wallet {
  charge(...given: Parameters<Charges['charge']>) {
    return bindings.WALLET_CHARGES.charge(...given)
  }

  refund(...given: Parameters<Charges['refund']>) {
    return bindings.WALLET_CHARGES.refund(...given)
  }
}
class Log {
  append(...given: Parameters<EventAppender['append']>) {
    return bindings.EVENTS_APPENDS.append(...given)
  }
}

const [records, wallet, log] = [new Records(), new Wallet(), new Log()]

/** The environment, in which every step can fail. */
export const faultyEnv = (): ShopEnv => ({
  ...bindings,
  SHOP_DB: {
    prepare: (query: string) => bindings.SHOP_DB.prepare(query),
    batch: (statements: D1PreparedStatement[]) => records.batch(statements),
  } as unknown as D1Database,
  WALLET_CHARGES: wallet as unknown as Charges,
  EVENTS_APPENDS: log as unknown as ShopEnv['EVENTS_APPENDS'],
})

/** A crash before a step or after it, and a step that is late. D1 never runs a batch twice, so only the others are asked twice. */
const ofRecords: FaultAction[] = ['throw', 'lose-reply', 'delay']
const ofOthers: FaultAction[] = [...ofRecords, 'duplicate']

/** Installs the seams; from `begin` on, of 100 times that one is reached `percent` go wrong. */
export function installSeams(seed: number) {
  const random = new Random(seed)
  const nothing = () => undefined
  const points = new FailPoints()
    .register(Records, [{ method: 'batch', waits: true }], nothing)
    .register(
      Wallet,
      ['charge', 'refund'].map((method) => ({ method, waits: true })),
      nothing,
    )
    .register(Log, [{ method: 'append', waits: true }], nothing)
  const begin = (percent: number) =>
    points.begin((point) => {
      if (random.below(100) >= percent) return undefined
      return random.pick(point === 'Records.batch' ? ofRecords : ofOthers)
    })
  return { points, begin, end: () => points.end(), random }
}

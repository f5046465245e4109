/** The seams of the wallet at which the tests make something go wrong, and how they find out that all is well again. */
import { FailPoints, type FaultAction } from '@coinop/shared/fail-points'
import { testProject } from '@coinop/shared/testing'
import { Ledger } from './ledger.ts'
import { bindings } from './test-money.ts'
import { WalletObject } from './wallet-object.ts'
import { WalletStorage } from './wallet-storage.ts'

const waiting = [
  'dispatch',
  'execute',
  'callCredit',
  'settle',
  'deliverDue',
  'project',
  'copy',
  'alarm',
].map((method) => ({ method, waits: true }))
const atOnce = (...methods: string[]) => methods.map((method) => ({ method, waits: false }))

type Inside = { ctx: DurableObjectState; storage: WalletStorage; ledger: Ledger }
const contexts = new WeakMap<object, DurableObjectState>()

/** Remembers whose storage and ledger it is: only the object itself can be aborted. */
function note(instance: object): void {
  if (!(instance instanceof WalletObject)) return
  const { ctx, storage, ledger } = instance as unknown as Inside
  for (const part of [instance, storage, ledger]) contexts.set(part, ctx)
}

const walletOf = (instance: object): string => {
  const rows = instance instanceof WalletStorage ? instance : (instance as Inside).storage
  const storage =
    rows instanceof WalletStorage ? rows : (instance as unknown as { rows: WalletStorage }).rows
  return storage.reference()?.walletId ?? ''
}

export type Chosen = (point: string, walletId: string) => FaultAction | undefined

/** Installs every seam; `choose` hears which wallet has reached which. */
export function installSeams() {
  const abort = (instance: object) => contexts.get(instance)?.abort('injected')
  const points = new FailPoints()
    .register(WalletObject, [...waiting, ...atOnce('rearm', 'mark', 'armIfDue')], abort)
    .register(Ledger, atOnce('execute', 'settle'), abort)
    .register(
      WalletStorage,
      atOnce(
        'insertEntry',
        'setBalance',
        'recordCommand',
        'insertOutgoing',
        'finishOutgoing',
        'postponeOutgoing',
      ),
      abort,
    )
  const begin = (choose: Chosen) =>
    points.begin((point, instance) => {
      note(instance)
      return choose(point, walletOf(instance))
    })
  return { points, begin, end: () => points.end() }
}

/** A fresh stub each time: one that threw stays broken. */
export const fresh = (walletId: string) => bindings.WALLETS.getByName(`${testProject}/${walletId}`)

/** What a call answers, or undefined when it threw or took longer than `milliseconds`. */
export async function patiently(call: Promise<unknown>, milliseconds: number): Promise<unknown> {
  const late = new Promise<undefined>((done) => setTimeout(() => done(undefined), milliseconds))
  try {
    return await Promise.race([call, late])
  } catch {
    return undefined
  }
}

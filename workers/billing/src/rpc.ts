/** The entrypoint of the gateway: it takes operations from a project's quota, and gives back what it did not use. */
import { CountedEntrypoint } from '@coinop/shared/counted-entrypoint'
import type { Caller } from '@coinop/shared/caller'
import { rpcOperation } from '@coinop/shared/rpc'
import type { LeaseAnswer, LeaseRequest } from './leases.ts'

export type { LeaseAnswer, LeaseRequest } from './leases.ts'

export class BillingMeters extends CountedEntrypoint<BillingEnv> {
  /** A block of operations of the caller's project; `granted` is 0 when the period's quota is used up. */
  async lease(caller: Caller, request: LeaseRequest): Promise<LeaseAnswer> {
    return rpcOperation('billing', 'leases.take', caller, () =>
      this.env.METERS.getByName(caller.projectId).lease(caller.projectId, request),
    )
  }

  /** Returns what of a lease was not used; answers how much came back, 0 for a lease that is settled or unknown. */
  async giveBack(caller: Caller, leaseId: string, unused: number): Promise<number> {
    return rpcOperation('billing', 'leases.give-back', caller, () =>
      this.env.METERS.getByName(caller.projectId).giveBack(leaseId, unused),
    )
  }
}

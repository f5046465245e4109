/** Refuses paths that two parsers could read differently, before anything is decided by them. */
import { Problem } from '@coinop/shared/problem'
import type { Step } from '../exchange.ts'

// No percent-encoding, no `;`, no empty segment, and no segment that ends in a dot: ids and names never need them.
const plain = /^(\/[A-Za-z0-9_~@:.-]*[A-Za-z0-9_~@:-])+$|^\/$/
const charactersMax = 1_024

export const path: Step = ({ path: given }) => {
  if (given.length > charactersMax || !plain.test(given)) throw new Problem('not_found')
  return undefined
}

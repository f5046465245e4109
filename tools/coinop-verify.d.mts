/** The types of coinop-verify.mjs, for tests: the script itself is plain JavaScript. */
export type Problem = { line: number; what: string }
export type Found = {
  root: string
  wallets: number
  entries: number
  inTransit: number
  problems: Problem[]
}
export function verifyLedger(bytes: Uint8Array, knownRoot?: string): Found
export function verifyInclusion(proof: object): boolean

/** The table of contents. Importable in plain Node, so that tools can read the contract without a runtime. */
import { interactionsReceive } from './interactions.receive.ts'

export const routes = [interactionsReceive] as const

/** The table of contents. Importable in plain Node, so that tools can read the contract without a runtime. */
import { deadLettersList } from './dead-letters.list.ts'
import { eventsList } from './events.list.ts'

export const routes = [eventsList, deadLettersList] as const

/** The table of contents. Importable in plain Node, so that tools can read the contract without a runtime. */
import { sampleThingsCreate } from './sample-things.create.ts'
import { sampleThingsDelete } from './sample-things.delete.ts'
import { sampleThingsGet } from './sample-things.get.ts'
import { sampleThingsList } from './sample-things.list.ts'
import { sampleThingsUpdate } from './sample-things.update.ts'
import { sampleThingsUse } from './sample-things.use.ts'

export const routes = [
  sampleThingsCreate,
  sampleThingsDelete,
  sampleThingsGet,
  sampleThingsList,
  sampleThingsUpdate,
  sampleThingsUse,
] as const

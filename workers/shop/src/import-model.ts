/** An import and its report, as clients see them. */
import { z } from '@hono/zod-openapi'
import { ItemId } from './item-parts.ts'

export const rowsMax = 1_000
/** UTF-16 units of a table; the gateway takes 256 KiB in all. */
const csvCharactersMax = 262_144

export const NewImport = z
  .strictObject({
    items: z
      .array(z.record(z.string(), z.unknown()))
      .max(rowsMax)
      .optional()
      .openapi({ description: 'Items as in the export, or some of their fields and the `sku`' }),
    csv: z
      .string()
      .max(csvCharactersMax)
      .optional()
      .openapi({ description: 'The same as a table, with a header', example: 'sku,name\n' }),
    dryRun: z.boolean().default(false).openapi({ description: 'Only says what would change' }),
  })
  .refine(({ items, csv }) => (items === undefined) !== (csv === undefined), {
    message: 'Send either items or csv.',
  })
  .openapi('NewImport')

export const ImportedRow = z.strictObject({
  row: z.int().min(0).openapi({ description: 'Counts 1, 2, 3 without the header; 0: the header' }),
  sku: z.string().nullable(),
  outcome: z.enum(['created', 'updated', 'unchanged', 'invalid']),
  itemId: ItemId.nullable(),
  errors: z.array(z.strictObject({ pointer: z.string(), message: z.string() })),
})
export type ImportedRow = z.infer<typeof ImportedRow>

export const ImportReport = z
  .strictObject({
    dryRun: z.boolean(),
    created: z.int().min(0),
    updated: z.int().min(0),
    unchanged: z.int().min(0),
    invalid: z.int().min(0),
    rows: z.array(ImportedRow),
  })
  .openapi('ImportReport')
export type ImportReport = z.infer<typeof ImportReport>

/** What D1 says when a rule of a table refuses a write. */

/** Whether `error` is D1's refusal of a second row with the same key in `table`; drizzle may have wrapped it. */
export const isUniqueViolation = (error: unknown, table: string): boolean =>
  says(error, `UNIQUE constraint failed: ${table}.`)

/** Whether `error` is D1's refusal of null in `column`, as in `boards.version`. */
export const isNotNullViolation = (error: unknown, column: string): boolean =>
  says(error, `NOT NULL constraint failed: ${column}`)

function says(error: unknown, text: string): boolean {
  for (let current = error; current instanceof Error; current = current.cause) {
    if (current.message.includes(text)) return true
  }
  return false
}

/** What D1 says when a rule of a table refuses a write. */

/** Whether `error` is D1's refusal of a second row with the same key in `table`; drizzle may have wrapped it. */
export function isUniqueViolation(error: unknown, table: string): boolean {
  for (let current = error; current instanceof Error; current = current.cause) {
    if (current.message.includes(`UNIQUE constraint failed: ${table}.`)) return true
  }
  return false
}

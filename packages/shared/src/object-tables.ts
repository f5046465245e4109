/** The tables inside a Durable Object, brought from whatever version they have to the newest; steps only go forward. */

export type TableStorage = Pick<DurableObjectStorage, 'sql' | 'transactionSync'>
/** From one version to the next: statements, or what chooses them. */
export type TableStep = readonly string[] | ((sql: SqlStorage) => void)

/** All steps that are missing, or none. `PRAGMA user_version` is refused in an object, so the version has a table. */
export function openVersions(storage: TableStorage, steps: readonly TableStep[]): void {
  const { sql } = storage
  storage.transactionSync(() => {
    sql.exec(`CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)`)
    const [row] = sql.exec<{ version: number }>(`SELECT version FROM schema_version`).toArray()
    const version = row?.version ?? 0
    if (version === steps.length) return
    for (const step of steps.slice(version)) {
      if (typeof step === 'function') step(sql)
      else for (const statement of step) sql.exec(statement)
    }
    sql.exec(`DELETE FROM schema_version`)
    sql.exec(`INSERT INTO schema_version VALUES (?)`, steps.length)
  })
}

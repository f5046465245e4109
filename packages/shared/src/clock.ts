/** The only place that reads the time, so that everything else can be given one. */

/** Milliseconds since the epoch. In workerd this stands still between two I/O operations. */
export const now = (): number => Date.now()

/** ISO 8601 in UTC, as every timestamp in JSON is written. */
export const isoTime = (milliseconds: number): string => new Date(milliseconds).toISOString()

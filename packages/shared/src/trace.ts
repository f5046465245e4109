/** W3C trace context: one trace id across all hops of a request, one span id per hop. */

const pattern = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/
const hex = (bytes: number) =>
  Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')

export const newTraceparent = (): string => `00-${hex(16)}-${hex(8)}-01`

/** The trace id inside a traceparent; empty when it is malformed. */
export const traceIdOf = (traceparent: string): string => pattern.exec(traceparent)?.[1] ?? ''

/** The same trace with a new span, or a new trace when none, or a broken one, was given. */
export function continueTrace(traceparent: string | undefined): string {
  const [, traceId, spanId, flags] = pattern.exec(traceparent ?? '') ?? []
  const valid = traceId && spanId && !/^0+$/.test(traceId) && !/^0+$/.test(spanId)
  return valid ? `00-${traceId}-${hex(8)}-${flags}` : newTraceparent()
}

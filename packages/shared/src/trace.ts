/** W3C trace context: one trace id across all hops of a request, one span id per hop. */

const pattern = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/
/** 1 to 32 random digits. From the cheapest source there is, for every request needs some; six bits of 128 say that it is a UUID. */
const hex = (digits: number): string => crypto.randomUUID().replaceAll('-', '').slice(-digits)

export const newTraceparent = (): string => `00-${hex(32)}-${hex(16)}-01`

/** The trace id inside a traceparent; empty when it is malformed. */
export const traceIdOf = (traceparent: string): string => pattern.exec(traceparent)?.[1] ?? ''

/** The same trace with a new span, or a new trace when none, or a broken one, was given. */
export function continueTrace(traceparent: string | undefined): string {
  const [, traceId, spanId, flags] = pattern.exec(traceparent ?? '') ?? []
  const valid = traceId && spanId && !/^0+$/.test(traceId) && !/^0+$/.test(spanId)
  return valid ? `00-${traceId}-${hex(16)}-${flags}` : newTraceparent()
}

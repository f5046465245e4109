/** W3C trace context: one trace id across all hops of a request, one span id per hop. */

const pattern = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/
/** From the cheapest source of random digits there is, for every request needs some; six bits of 128 say that it is a UUID. */
function newTraceId(): string {
  const uuid = crypto.randomUUID()
  return `${uuid.slice(0, 8)}${uuid.slice(9, 13)}${uuid.slice(14, 18)}${uuid.slice(19, 23)}${uuid.slice(24)}`
}

function newSpanId(): string {
  const uuid = crypto.randomUUID()
  return `${uuid.slice(0, 8)}${uuid.slice(28)}`
}

export const newTraceparent = (): string => `00-${newTraceId()}-${newSpanId()}-01`

/** The trace id inside a traceparent; empty when it is malformed. */
export const traceIdOf = (traceparent: string): string =>
  pattern.test(traceparent) ? traceparent.slice(3, 35) : ''

/** The same trace with a new span, or a new trace when none, or a broken one, was given. */
export function continueTrace(traceparent: string | undefined): string {
  if (traceparent === undefined) return newTraceparent()
  const [, traceId, spanId, flags] = pattern.exec(traceparent) ?? []
  const valid = traceId && spanId && !/^0+$/.test(traceId) && !/^0+$/.test(spanId)
  return valid ? `00-${traceId}-${newSpanId()}-${flags}` : newTraceparent()
}

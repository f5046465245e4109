/** Answers with the request's id and its place in a trace. */
import type { Finish } from '../exchange.ts'

export const correlation: Finish = ({ caller }, { headers }) => {
  headers.set('x-request-id', caller.requestId)
  headers.set('traceparent', caller.traceparent)
}

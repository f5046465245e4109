/** What a request says that it has cost. */
import { call } from './testing.ts'

type Route = Parameters<typeof call>[0]
type Input = NonNullable<Parameters<typeof call>[1]>

/** Calls `route` as `call` does and asks for the cost; NaN where it is not told. */
export async function callCounting(route: Route, input: Input = {}) {
  const headers = { ...input.headers, 'coinop-cost': '1' }
  const answer = await call(route, { ...input, headers })
  const told = (name: string) => Number(answer.headers.get(name) ?? Number.NaN)
  return { ...answer, read: told('coinop-rows-read'), written: told('coinop-rows-written') }
}

export const tellsNoCost = (headers: Headers): boolean =>
  !headers.has('coinop-rows-read') && !headers.has('coinop-rows-written')

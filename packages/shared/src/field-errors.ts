/** What is wrong with a request, field by field, as JSON pointers into it: `/body/amount`, `/query/limit`. */
import type { z } from 'zod'
import type { FieldError } from './problem.ts'

const errorsMax = 20

/** zod's issues as field errors. `place` is the part of the request that was validated. */
export function fieldErrors(
  place: 'body' | 'query' | 'path' | 'header',
  error: z.ZodError,
): FieldError[] {
  const errors = error.issues.flatMap((issue): FieldError[] => {
    const path = [place, ...issue.path].map(String)
    if (issue.code !== 'unrecognized_keys') {
      return [{ pointer: pointerOf(path), message: issue.message }]
    }
    return issue.keys.map((key) => ({
      pointer: pointerOf([...path, key]),
      message: 'Unknown field.',
    }))
  })
  // The last word on a field is the narrowest: "at most 10^12" rather than "at most 2^53".
  const byPointer = new Map(errors.map((each) => [each.pointer, each]))
  return [...byPointer.values()].slice(0, errorsMax)
}

const pointerOf = (path: string[]) =>
  path.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1').slice(0, 100)}`).join('')

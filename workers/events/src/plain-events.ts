/** Tells cheaply of an ordinary event that it fits the envelope. Of thousands a second, asking the schema of each costs more than logging it. */
import { eventCharactersMax, type EventEnvelope } from '@coinop/shared/events'
import { idPattern } from '@coinop/shared/ids'
import { z } from 'zod'

const id = idPattern('evt')
const type = /^[a-z]+(\.[a-z_]+){2}$/
const at = z.regexes.datetime({})
const envelopeFields = 5
const subjectMax = 128
/** Characters of JSON that one of text becomes at most: an escape. */
const escaped = 6
/** And those around a field, or a number. */
const around = 32
const envelopeCharacters = 512 + subjectMax * escaped

/** False means nothing: the schema decides. */
export function isPlainlyGood(event: EventEnvelope): boolean {
  const { subject, data } = event
  return (
    Object.keys(event).length === envelopeFields &&
    isText(event.id, id) &&
    isText(event.type, type) &&
    isText(event.at, at) &&
    typeof subject === 'string' &&
    subject.length > 0 &&
    subject.length <= subjectMax &&
    isPlainObject(data) &&
    charactersOf(data) <= eventCharactersMax - envelopeCharacters
  )
}

const isText = (value: unknown, pattern: RegExp) =>
  typeof value === 'string' && value.length < envelopeCharacters / 8 && pattern.test(value)

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

/** At most so many in JSON; infinite when a value is none that a fact may have. */
function charactersOf(data: Record<string, unknown>): number {
  let characters = 0
  for (const name of Object.keys(data)) {
    const value = data[name]
    if (typeof value === 'string') characters += value.length * escaped
    else if (value !== null && typeof value !== 'boolean' && !Number.isFinite(value))
      return Infinity
    characters += name.length * escaped + around
  }
  return characters
}

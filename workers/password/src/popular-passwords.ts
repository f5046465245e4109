/** Whether a password is one of those that everybody tries first. */
import { popularPasswords } from './popular-passwords.gen.ts'

let known: Set<string> | undefined

/** In any mixture of upper and lower case. The list becomes a set at the first question, not at the start. */
export function isCommonPassword(password: string): boolean {
  known ??= new Set(popularPasswords.split('\n'))
  return known.has(password.normalize('NFC').toLowerCase())
}

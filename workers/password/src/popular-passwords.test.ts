import { expect, test } from 'vitest'
import { popularPasswords } from './popular-passwords.gen.ts'
import { isCommonPassword } from './popular-passwords.ts'

test.each(['password', 'PassWord1', '12345678', 'iloveyou', 'qwertyuiop', 'Passw0rd', '11111111'])(
  '%s is common',
  (password) => {
    expect(isCommonPassword(password)).toBe(true)
  },
)

test.each(['correct horse battery staple', 'password ', '', 'toString', '__proto__'])(
  '%j is not common',
  (password) => {
    expect(isCommonPassword(password)).toBe(false)
  },
)

test('the list holds only what the length lets pass, each once', () => {
  const list = popularPasswords.split('\n')
  expect(list.length).toBeGreaterThan(15_000)
  expect(new Set(list).size).toBe(list.length)
  expect(list.filter((password) => Array.from(password).length < 8)).toEqual([])
})

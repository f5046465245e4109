import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { repository } from './workers.ts'

type Found = { wallets: number; entries: number; inTransit: number; problems: Problem[] }
type Problem = { line: number; what: string }
// By path: a script without types, and Worker code whose types are those of its own runtime.
const load = (path: string) => import(join(repository, path)) as Promise<Record<string, never>>
const { verifyLedger, verifyInclusion } = (await load('tools/coinop-verify.mjs')) as unknown as {
  verifyLedger: (bytes: Uint8Array, root?: string) => Found
  verifyInclusion: (proof: object) => boolean
}
type Sample = { text: string; lines: string[]; inclusions: object[]; root: string }
const { exportOf, choices } = (await load('workers/wallet/src/test-export.ts')) as unknown as {
  exportOf: (random: object, size: { wallets: number; entriesMax: number }) => Sample
  choices: (seed: number) => { below(count: number): number; of<T>(all: readonly T[]): T }
}

const seed = Number(process.env['SEED'] ?? 20_261_123)
const runs = Number(process.env['RUNS'] ?? 600)
const sample = exportOf(choices(seed), { wallets: 21, entriesMax: 12 })
const { text, lines } = sample
const found = (content: string | Uint8Array) =>
  verifyLedger(typeof content === 'string' ? Buffer.from(content) : content)

const folder = mkdtempSync(join(tmpdir(), 'coinop-verify-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('an export', () => {
  test('of random histories verifies, with the counts that it has', () => {
    for (let round = 0; round < 20; round++) {
      const random = choices(seed + round)
      const made = exportOf(random, { wallets: random.below(40), entriesMax: 8 })
      const { problems, ...counts } = found(made.text)
      expect(problems, `seed ${seed + round}`).toEqual([])
      expect(counts).toMatchObject({ root: made.root })
      expect(made.inclusions.every((proof) => verifyInclusion(proof))).toBe(true)
    }
  })

  test('with any one byte changed is refused, naming the line: every byte of the file', () => {
    const random = choices(seed)
    const small = exportOf(random, { wallets: 4, entriesMax: 2 })
    const bytes = Buffer.from(small.text)
    const lineOf = (offset: number) => small.text.slice(0, offset).split('\n').length
    for (let offset = 0; offset < bytes.length; offset++) {
      const changed = Buffer.from(bytes)
      changed[offset] = (changed[offset]! + 1 + random.below(255)) % 256
      const [problem] = found(changed).problems
      expect(problem?.line, `seed ${seed}, byte ${offset}`).toBe(lineOf(offset))
    }
  }, 120_000)

  test('with a line left out, or two changed round, is refused, naming the first that does not fit', () => {
    const join = (all: string[]) => all.map((line) => `${line}\n`).join('')
    for (const [index] of lines.entries()) {
      const [problem] = found(join(lines.toSpliced(index, 1))).problems
      expect(problem?.line, `line ${index + 1} left out`).toBe(index + 1)
    }
    const random = choices(seed)
    for (let run = 0; run < Math.min(runs, 500); run++) {
      const [a, b] = [random.below(lines.length), random.below(lines.length)]
      if (a === b) continue
      const swapped = lines.with(a, lines[b]!).with(b, lines[a]!)
      const [problem] = found(join(swapped)).problems
      expect(problem?.line, `seed ${seed}, lines ${a} and ${b}`).toBe(Math.min(a, b) + 1)
    }
  }, 120_000)
})

describe('whoever changes a line and seals all lines anew', () => {
  test('is found out, whatever field it is', async () => {
    const { addLine, firstSeal } = (await load(
      'workers/wallet/src/export-lines.ts',
    )) as unknown as {
      addLine: (lines: object, value: object) => { seal: string; text: string }
      firstSeal: string
    }
    const resealed = (values: object[]) =>
      values.reduce<{ seal: string; text: string }>(addLine, { seal: firstSeal, text: '' }).text
    const values = lines.map((line) => {
      const { seal: _, ...value } = JSON.parse(line) as Record<string, unknown>
      return value
    })
    expect(found(resealed(values)).problems).toEqual([])
    const random = choices(seed)
    const missed: string[] = []
    for (let run = 0; run < runs; run++) {
      const index = random.below(values.length)
      const field = random.of(Object.keys(values[index]!))
      const changed = tampered(values[index]!, field, random)
      const what = `seed ${seed}, line ${index + 1}, ${field}: ${JSON.stringify(changed[field])}`
      if (found(resealed(values.with(index, changed))).problems.length === 0) missed.push(what)
    }
    expect(missed).toEqual([])
    for (const [index] of values.entries()) {
      expect(found(resealed(values.toSpliced(index, 1))).problems, `line ${index}`).not.toEqual([])
    }
  }, 120_000)

  test('and makes all hashes of a wallet anew does not reach the root', () => {
    const inclusion = sample.inclusions[3] as { hash: string; path: string[] }
    expect(verifyInclusion(inclusion)).toBe(true)
    for (const change of [
      { hash: 'f'.repeat(64) },
      { sequence: 999 },
      { walletId: 'usr_other' },
      { projectId: 'prj_other' },
      { index: 4 },
      { wallets: 2 },
      { path: inclusion.path.slice(1) },
      { path: inclusion.path.toReversed() },
    ]) {
      expect(verifyInclusion({ ...inclusion, ...change }), JSON.stringify(change)).toBe(false)
    }
  })
})

/** The same value with something else in one field. */
function tampered(
  value: Record<string, unknown>,
  field: string,
  random: ReturnType<typeof choices>,
): Record<string, unknown> {
  const before = value[field]
  if (typeof before === 'number') return { ...value, [field]: before + 1 + random.below(5) }
  if (typeof before === 'string') {
    const at = random.below(Math.max(1, before.length))
    const other = before[at] === 'a' ? 'b' : 'a'
    return { ...value, [field]: `${before.slice(0, at)}${other}${before.slice(at + 1)}` }
  }
  if (Array.isArray(before)) {
    return { ...value, [field]: before.length > 0 ? before.slice(1) : ['0'.repeat(64)] }
  }
  return { ...value, [field]: 'a' }
}

describe('the command', () => {
  // Through a link, as npx comes.
  const script = join(folder, 'coinop-verify')
  symlinkSync(join(repository, 'tools/coinop-verify.mjs'), script)
  const run = (...args: string[]) => {
    try {
      const output = execFileSync(process.execPath, [script, ...args], {
        cwd: repository,
        encoding: 'utf8',
        stdio: 'pipe',
      })
      return { code: 0, output }
    } catch (error) {
      const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string }
      return { code: status, output: stderr + stdout }
    }
  }

  test('says yes to an export and to an inclusion, no with the line to a changed one and to another root', () => {
    const [right, wrong, one] = ['right', 'wrong', 'one'].map((name) => join(folder, name))
    writeFileSync(right!, text)
    writeFileSync(wrong!, text.replace('"memo":"memo 1"', '"memo":"memo 7"'))
    writeFileSync(one!, JSON.stringify(sample.inclusions[0]))
    expect(run(right!)).toMatchObject({ code: 0 })
    expect(run(right!, '--root', sample.root)).toMatchObject({ code: 0 })
    expect(run(right!, '--root', 'f'.repeat(64))).toMatchObject({ code: 1 })
    expect(run(wrong!).output).toMatch(/^line \d+: was changed/)
    expect(run('--inclusion', one!)).toMatchObject({ code: 0 })
    expect(run('--inclusion', one!, '--root', 'f'.repeat(64))).toMatchObject({ code: 1 })
    expect(run()).toMatchObject({ code: 2 })
    // What cannot be read is neither right nor wrong, and is said in one line.
    const missing = join(folder, 'missing')
    expect(run(missing).output).toMatch(/^ENOENT: .*missing'\n$/)
    for (const args of [[missing], ['--inclusion', right!]]) {
      expect(run(...args)).toMatchObject({
        code: 2,
        output: expect.not.stringContaining('    at '),
      })
    }
  }, 60_000)
})

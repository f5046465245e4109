/** Every test there is: each Worker's inside workerd, the tools' and the whole system's in plain Node. */
import { defineConfig } from 'vitest/config'
import { findWorkers } from './tools/workers.ts'
import { workerProject } from './vitest.worker.ts'

/** Tests of the whole system that start what they need themselves. */
const apart = [
  'budgets',
  'canaries',
  'deferral-kill',
  'deploy',
  'fail-points',
  'ledger-kill',
  'quota',
].map((name) => `tests/${name}.test.ts`)

export default defineConfig({
  test: {
    // The Workers' request lines; warnings and errors still show.
    onConsoleLog: (log) => !log.startsWith('{"level":"info"'),
    projects: [
      ...findWorkers().map(({ name }) => workerProject(name)),
      workerProject('template', 'tools/template'),
      { test: { name: 'shared', include: ['packages/shared/src/**/*.test.ts'] } },
      {
        test: {
          name: 'tools',
          include: ['{tools,bench}/*.test.ts'],
          exclude: ['tools/tidy.test.ts'],
          // The first to ask for the contracts imports every Worker.
          testTimeout: 60_000,
        },
      },
      { test: { name: 'tidy', include: ['tools/tidy.test.ts'], testTimeout: 60_000 } },
      { test: { name: 'generator', include: ['tests/generator.test.ts'], testTimeout: 300_000 } },
      { test: { name: 'sdk', include: ['sdk/js/**/*.test.ts'], exclude: ['**/node_modules/**'] } },
      {
        test: {
          name: 'servers',
          include: apart,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'system',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/generator.test.ts', 'tests/start.test.ts', ...apart],
          globalSetup: ['tests/system-setup.ts'],
          // They share one server, and one of them watches that nothing is written.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'start',
          include: ['tests/start.test.ts'],
          // After all others, for it measures how long a start takes.
          sequence: { groupOrder: 2 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})

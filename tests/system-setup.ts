/** Before the system tests: the whole system, started once by the command that users type. */
import type { TestProject } from 'vitest/node'
import { removeState, startServer } from './servers.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    system: { baseUrl: string; stateFolder: string }
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startServer()
  const { baseUrl, stateFolder } = server
  project.provide('system', { baseUrl, stateFolder })
  return async () => {
    await server.stop()
    removeState(stateFolder)
  }
}

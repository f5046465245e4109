/** `npm run ledger:rebuild [-- --url …]`: makes the copy of a project's ledger anew out of its wallets, and shows how far it is. */
import { type Client, readClient, request } from './ledger-client.ts'
import { fail } from './progress.ts'

type Rebuild = {
  number: number
  status: 'running' | 'finished'
  phase: string
  wallets: number
  entries: number
  digestBefore: string
  digestAfter: string
}

/** Asks for a rebuild and waits for its end; what was cut off goes on by itself, whether somebody waits or not. */
export async function rebuildLedger(client: Client, onProgress: (rebuild: Rebuild) => void) {
  const made = await request(client, '/v1/ledger/rebuilds', 'POST')
  let rebuild = (await made.json()) as Rebuild
  while (rebuild.status === 'running') {
    onProgress(rebuild)
    await new Promise((resolve) => setTimeout(resolve, 5_000))
    const answer = await request(client, `/v1/ledger/rebuilds/${rebuild.number}`)
    rebuild = (await answer.json()) as Rebuild
  }
  return rebuild
}

if (import.meta.main) {
  try {
    let shown = ''
    const done = await rebuildLedger(readClient(), ({ phase, wallets, entries }) => {
      const line = `${phase}: ${wallets} wallets, ${entries} entries`
      if (line !== shown) console.log(line)
      shown = line
    })
    const same = done.digestBefore === done.digestAfter
    console.log(`done: ${done.wallets} wallets, ${done.entries} entries`)
    console.log(`before ${done.digestBefore}\nafter  ${done.digestAfter}`)
    console.log(same ? 'The copy was right.' : 'The copy was wrong, or money moved meanwhile.')
  } catch (error) {
    fail(error)
  }
}

/** `npm run ledger:export [-- --url … --out …]`: makes a proof and writes the whole ledger under it into one file. */
import { appendFileSync, writeFileSync } from 'node:fs'
import { type Client, readClient, request } from './ledger-client.ts'
import { fail } from './progress.ts'

type Proof = { number: number; status: 'pending' | 'complete'; root: string }

/** Answers the proof that the file is under, and how many pages it took. */
export async function exportLedger(client: Client, file: string, waitSeconds = 300) {
  const made = (await (await request(client, '/v1/ledger/proof', 'POST')).json()) as Proof
  const proof = await complete(client, made, waitSeconds)
  writeFileSync(file, '')
  let [pages, cursor] = [0, '']
  do {
    const query = cursor === '' ? `number=${proof.number}` : `cursor=${encodeURIComponent(cursor)}`
    const response = await request(client, `/v1/ledger/export?${query}`)
    appendFileSync(file, await response.text())
    cursor = response.headers.get('coinop-next-cursor') ?? ''
    pages++
  } while (cursor !== '')
  return { number: proof.number, root: proof.root, pages }
}

/** The proof of a large ledger is hashed by the minutely sweep. */
async function complete(client: Client, proof: Proof, waitSeconds: number): Promise<Proof> {
  let current = proof
  for (let waited = 0; current.status === 'pending'; waited += 5) {
    if (waited >= waitSeconds) throw new Error(`Proof ${proof.number} is still being made.`)
    await new Promise((resolve) => setTimeout(resolve, 5_000))
    const path = `/v1/ledger/proof?number=${proof.number}`
    current = (await (await request(client, path)).json()) as Proof
  }
  return current
}

if (import.meta.main) {
  try {
    const { out = 'ledger.ndjson', ...client } = readClient()
    const { number, root, pages } = await exportLedger(client, out)
    console.log(`${out}: proof ${number}, ${pages} pages, root ${root}`)
  } catch (error) {
    fail(error)
  }
}

import { call } from '@coinop/shared/testing'
import { callCounting, tellsNoCost } from '@coinop/shared/testing-cost'
import { describe, expect, test } from 'vitest'
import { interactionsReceive } from './routes/interactions.receive.ts'
import { balance, command, daily, newPerson, timestamp, type Used } from './testing/discord.ts'
import { sign } from './testing/identity.ts'
import { type Application, openArcade } from './testing/world.ts'

async function interaction(application: Application, used: Used) {
  const { applicationId } = application
  const [at, body] = [timestamp(), JSON.stringify(command(application, used))]
  const signature = await sign(application, at, new TextEncoder().encode(body))
  const headers = { 'x-signature-ed25519': signature, 'x-signature-timestamp': at }
  return { params: { applicationId }, headers, body }
}

describe('Coinop-Cost: 1', () => {
  test('an interaction counts the Workers that it asks: a reward is written, a balance is read', async () => {
    const [arcade, ada] = [await openArcade(), newPerson('ada')]
    // The first one makes the player.
    await call(interactionsReceive, await interaction(arcade, balance(ada)))
    const rewarded = await callCounting(interactionsReceive, await interaction(arcade, daily(ada)))
    expect(rewarded.status).toBe(200)
    // The claim, and in the wallet the entry, the balance and the key.
    expect(rewarded.written).toBeGreaterThan(3)
    const seen = await callCounting(interactionsReceive, await interaction(arcade, balance(ada)))
    expect(seen).toMatchObject({ status: 200, written: 0 })
    expect(seen.read).toBeGreaterThan(0)
  })

  test('a refusal tells it as well; nothing is told to who does not ask', async () => {
    const [arcade, ada] = [await openArcade(), newPerson('ada')]
    const given = await interaction(arcade, balance(ada))
    const forged = await callCounting(interactionsReceive, { ...given, body: '{}' })
    expect(forged).toMatchObject({ status: 401, written: 0 })
    expect(tellsNoCost((await call(interactionsReceive, given)).headers)).toBe(true)
  })
})

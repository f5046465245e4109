import { env } from 'cloudflare:workers'
import { generateKeyPairSync } from 'node:crypto'
import { plans } from '@coinop/billing/plans'
import { newId } from '@coinop/shared/ids'
import { call } from '@coinop/shared/testing'
import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { findApplication } from '../discord.ts'
import { clientSecretSeal } from '../discord-clients.ts'
import { discordApplications } from '../schema.ts'
import { database, refused } from '../testing.ts'
import { auditOf, newTenant, testGuards } from '../testing-tenants.ts'
import { discordApplicationsCreate } from './discord-applications.create.ts'

let count = 0
const newApplication = () => ({
  applicationId: String(130_000_000_000_000_000n + BigInt(++count)),
  publicKey: generateKeyPairSync('ed25519')
    .publicKey.export({ format: 'der', type: 'spki' })
    .subarray(-32)
    .toString('hex'),
})
const botToken = 'canary-bot-token.abcdefghijkl'
const clientSecret = 'test-only-canary-client-secret'

describe('discord-applications.create', () => {
  test('201, found by its id; the bot token is sealed and shown nowhere', async () => {
    const { tenantId, projectId, as } = await newTenant()
    const json = { ...newApplication(), botToken }
    const headers = { 'idempotency-key': 'application' }
    const input = { params: { projectId }, json, headers, caller: as('developer') }
    const { status, body } = await call(discordApplicationsCreate, input)
    expect(status).toBe(201)
    expect(body).toMatchObject({ applicationId: json.applicationId, hasBotToken: true })
    expect(JSON.stringify(body)).not.toContain(botToken)
    const [row] = await database
      .select()
      .from(discordApplications)
      .where(eq(discordApplications.applicationId, json.applicationId))
    expect(row?.sealedBotToken).toMatch(/^[\w-]{40,}$/)
    expect(await findApplication(env.AUTH_DB, json.applicationId)).toMatchObject({ projectId })
    expect(JSON.stringify(await auditOf(tenantId))).not.toContain(botToken)
    const again = await call(discordApplicationsCreate, input)
    expect(again.body).toEqual(body)
    const other = await call(discordApplicationsCreate, { ...input, json: newApplication() })
    expect(other).toMatchObject(refused(409, 'idempotency_conflict'))
  })

  test('201 the client secret is sealed, shown nowhere, and opens for this application only', async () => {
    const { tenantId, projectId, owner } = await newTenant()
    const json = { ...newApplication(), clientSecret }
    const { body } = await call(discordApplicationsCreate, {
      params: { projectId },
      json,
      caller: owner,
    })
    expect(body).toMatchObject({ hasBotToken: false, hasClientSecret: true })
    const [row] = await database
      .select()
      .from(discordApplications)
      .where(eq(discordApplications.applicationId, json.applicationId))
    const everything = JSON.stringify([body, row, await auditOf(tenantId)])
    expect(everything).not.toContain(clientSecret)
    const { applicationId } = json
    const sealed = row?.sealedClientSecret ?? ''
    expect(await clientSecretSeal(env, applicationId).open(sealed)).toBe(clientSecret)
    await expect(clientSecretSeal(env, '130000000000000009').open(sealed)).rejects.toThrow()
  })

  test('409 application_taken in any project, and the first one keeps it', async () => {
    const [first, second] = [await newTenant(), await newTenant()]
    const json = newApplication()
    const connect = ({ projectId, owner }: typeof first) =>
      call(discordApplicationsCreate, { params: { projectId }, json, caller: owner })
    expect((await connect(first)).status).toBe(201)
    expect(await connect(second)).toMatchObject(refused(409, 'application_taken'))
    const found = await findApplication(env.AUTH_DB, json.applicationId)
    expect(found?.projectId).toBe(first.projectId)
  })

  test('403 plan_limit when the project has as many as its plan allows', async () => {
    const { projectId, owner } = await newTenant()
    for (let each = 0; each < plans.free.countsMax.discordApplications; each++) {
      await database
        .insert(discordApplications)
        .values({ projectId, ...newApplication(), createdAt: 1 })
    }
    const input = { params: { projectId }, json: newApplication(), caller: owner }
    expect(await call(discordApplicationsCreate, input)).toMatchObject(refused(403, 'plan_limit'))
  })

  test("404 not_found for another tenant's project", async () => {
    const { owner } = await newTenant()
    const { projectId } = await newTenant()
    const input = { params: { projectId }, json: newApplication(), caller: owner }
    expect(await call(discordApplicationsCreate, input)).toMatchObject(refused(404, 'not_found'))
  })

  test.each([
    { applicationId: '123' },
    { applicationId: 'abc' },
    { publicKey: 'zz'.repeat(32) },
    { publicKey: 'ab'.repeat(31) },
    // Not on the curve; the neutral point; a second spelling of a small one.
    { publicKey: `02${'00'.repeat(31)}` },
    { publicKey: `01${'00'.repeat(31)}` },
    { publicKey: `ee${'ff'.repeat(30)}7f` },
    { botToken: 'x y' },
    { clientSecret: 'short' },
    { clientSecret: `${clientSecret}:x` },
  ])('400 invalid_request for %j', async (wrong) => {
    const { projectId, owner } = await newTenant()
    const json = { ...newApplication(), ...wrong }
    const answer = await call(discordApplicationsCreate, {
      params: { projectId },
      json,
      caller: owner,
    })
    expect(answer).toMatchObject(refused(400, 'invalid_request'))
  })

  const input = { params: { projectId: newId('prj') }, json: newApplication() }
  testGuards(discordApplicationsCreate, input, ['viewer'])
})

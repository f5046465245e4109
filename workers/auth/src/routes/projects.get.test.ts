import { newId } from '@coinop/shared/ids'
import { call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { refused } from '../testing.ts'
import { newTenant, testGuards } from '../testing-tenants.ts'
import { projectsGet } from './projects.get.ts'

describe('projects.get', () => {
  test('200 the project', async () => {
    const { projectId, as } = await newTenant()
    const { body } = await call(projectsGet, { params: { projectId }, caller: as('viewer') })
    expect(body).toMatchObject({ id: projectId, environment: 'test' })
  })

  test("404 not_found for another tenant's project, exactly like for none", async () => {
    const { owner } = await newTenant()
    const { projectId: foreign } = await newTenant()
    const bodies = []
    for (const projectId of [foreign, newId('prj')]) {
      const answer = await call(projectsGet, { params: { projectId }, caller: owner })
      expect(answer).toMatchObject(refused(404, 'not_found'))
      bodies.push({ ...answer.body, requestId: '' })
    }
    expect(bodies[0]).toEqual(bodies[1])
  })

  testGuards(projectsGet, { params: { projectId: newId('prj') } }, [])
})

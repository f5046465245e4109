/** The table of contents of what the gateway answers itself. */
import { credentialsGet } from './credentials.get.ts'
import { docsGet } from './docs.get.ts'
import { fairGet } from './fair.get.ts'
import { healthGet } from './health.get.ts'
import { metricsGet } from './metrics.get.ts'
import { openapiGet } from './openapi.get.ts'

export const routes = [credentialsGet, healthGet, metricsGet, openapiGet, docsGet, fairGet] as const

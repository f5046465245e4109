/** The types of the API for TypeScript, out of the merged contract. Here, because openapi-typescript needs TypeScript 5. */
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript'

type Document = { paths: { [path: string]: { [method: string]: { parameters?: object[] } } } }

/** The content of `src/schema.d.ts`. */
export async function schemaTypes(document: Document): Promise<string> {
  const optional = structuredClone(document)
  const operations = Object.values(optional.paths).flatMap((path) => Object.values(path))
  for (const operation of operations) {
    operation.parameters?.forEach((parameter) => {
      // The client makes a key where none is given.
      if ('name' in parameter && parameter.name === 'Idempotency-Key')
        Object.assign(parameter, { required: false })
    })
  }
  const types = astToString(await openapiTS(optional as unknown as OpenAPI3, { alphabetize: true }))
  return `/** The API as TypeScript sees it. Made by \`npm run gen\` from contracts/openapi.json. */\n\n${types}`
}

/** The names that follow from one name: of a noun in each of its spellings, and of a Worker. */

/** A noun as it stands in paths: `dead-letters` and `dead-letter`. */
export type Noun = { plural: string; singular: string }
/** What stands in the place of the template's names. */
export type Names = { worker: string; database: string; noun: Noun; verb?: string }

/** `dead-letters` -> `dead-letter`; a word without a plural is its own singular. */
export function nounOf(plural: string): Noun {
  if (plural.endsWith('ies')) return { plural, singular: `${plural.slice(0, -3)}y` }
  if (/(s|x|ch|sh)es$/.test(plural)) return { plural, singular: plural.slice(0, -2) }
  if (/[^s]s$/.test(plural)) return { plural, singular: plural.slice(0, -1) }
  return { plural, singular: plural }
}

/** `loyalty` -> `loyalties`: the first noun of a new Worker. */
export function pluralOf(name: string): string {
  if (/[^s]s$/.test(name)) return name
  if (/[^aeiou]y$/.test(name)) return `${name.slice(0, -1)}ies`
  return /(s|x|ch|sh)$/.test(name) ? `${name}es` : `${name}s`
}

export const camel = (kebab: string) =>
  kebab.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
export const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)
export const snake = (kebab: string) => kebab.replaceAll('-', '_')
const spaced = (kebab: string) => kebab.replaceAll('-', ' ')

const article = (word: string) => (/^([aeio]|u(?!s|ni))/.test(word) ? 'an' : 'a')

/** Changes every name of the template, in a path or a text. */
export function renamed(text: string, { worker, database, noun, verb = 'use' }: Names): string {
  const words = spaced(noun.singular)
  const replacements: [RegExp, string][] = [
    [/sample-things\.use\b/g, `sample-things.${verb}`],
    [/sampleThingsUse/g, `sampleThings${capital(verb)}`],
    [/\/use'/g, `/${verb}'`],
    [/'Use a sample thing'/g, `'${capital(verb)} a sample thing'`],
    [/\ba sample thing\b/g, `${article(words)} ${words}`],
    [/\bA sample thing\b/g, `${capital(article(words))} ${words}`],
    ...spellings('things', noun.plural),
    ...spellings('thing', noun.singular),
    [/TEMPLATE_DB/g, database],
    [/TEMPLATE/g, worker.toUpperCase()],
    [/Template/g, capital(worker)],
    [/template/g, worker],
  ]
  return replacements.reduce((result, [from, to]) => result.replaceAll(from, to), text)
}

function spellings(thing: string, name: string): [RegExp, string][] {
  return [
    [new RegExp(`sample-${thing}`, 'g'), name],
    [new RegExp(`sample${capital(thing)}`, 'g'), camel(name)],
    [new RegExp(`Sample${capital(thing)}`, 'g'), capital(camel(name))],
    [new RegExp(`sample_${thing}`, 'g'), snake(name)],
    [new RegExp(`sample ${thing}`, 'g'), spaced(name)],
    [new RegExp(`Sample ${thing}`, 'g'), capital(spaced(name))],
  ]
}

/** Makes elements. Text is only ever a text node, so nothing that anybody wrote becomes markup. */

type Listener = (event: never) => void
type Value = string | number | boolean | Listener | undefined
export type Child = Node | string | false | undefined

/** `on…` properties become listeners, `true` an empty attribute; `false` and undefined are left out. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Record<string, Value> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === 'function') made.addEventListener(name.slice(2), value as EventListener)
    else if (value === true) made.setAttribute(name, '')
    else if (value !== false && value !== undefined) made.setAttribute(name, String(value))
  }
  made.append(...children.filter((child) => child !== false && child !== undefined))
  return made
}

let made = 0

/** An id for a label or a list to refer to. */
export const newElementId = (): string => `e${(made += 1)}`

/** Other people's words where others read them: one line, in which nothing hides or reverses anything. Markup is for its reader. */

/** Controls, bidi marks, zero-width and other invisible characters, private use, lone surrogates. */
const invisible = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]/gu
/** One visible line of at most `max` characters, for places that render no markdown, such as choices. */
export function plain(text: string, max: number): string {
  // Line breaks are spaces and not nothing, and what stood between two spaces leaves one.
  const visible = text.replace(/\s+/gu, ' ').replace(invisible, '')
  const line = visible.replace(/ +/g, ' ').trim()
  return cut(line === '' ? 'unnamed' : line, max)
}

/** At most `max` UTF-16 units, never half a character. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text
  let kept = ''
  for (const character of text) {
    if (kept.length + character.length > max - 1) break
    kept += character
  }
  return `${kept}…`
}

// Where the text of a mutant stands in its file: the form of the code (white space, commas at the end
// of a list) says nothing.

/** From where to where each occurrence goes. */
export function placesOf(text: string, source: string): [from: number, to: number][] {
  const tokens = text.match(/\w+|[^\w\s]/g) ?? [];
  let pattern = "";
  for (const [i, token] of tokens.entries()) {
    const bothWords = /\w/.test(token) && /\w/.test(tokens[i - 1] ?? "");
    const closes = /[)\]}]/.test(token);
    if (i > 0) pattern += bothWords ? "\\s+" : closes ? "\\s*(?:,\\s*)?" : "\\s*";
    pattern += token.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  }
  return Array.from(source.matchAll(new RegExp(pattern, "g")), match => [
    match.index,
    match.index + match[0].length,
  ]);
}

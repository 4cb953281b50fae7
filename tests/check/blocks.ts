// The programs of a page: its ts blocks.

export interface ProgramBlock {
  readonly line: number;
  readonly text: string;
  /** What it says that it needs, in a comment above it. */
  readonly needs: string | undefined;
}

export function blocks(markdown: string): ProgramBlock[] {
  return [...markdown.matchAll(/(?:^<!-- needs (.*) -->\n+)?^```ts\n([^]*?)^```$/gm)].map(match => {
    const at = match.index + match[0].indexOf("```ts\n");
    return { line: markdown.slice(0, at).split("\n").length, text: match[2]!, needs: match[1] };
  });
}

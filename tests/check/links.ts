// Relative links of Markdown: to a file or folder that is there, and to a heading of it. As a
// program it looks at a folder's files: node dist/tests/check/links.js docs/api
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

/** Markdown without its blocks of code; line numbers stay. */
export const prose = (text: string): string =>
  text.replace(/^```[^]*?^```$/gm, block => block.replace(/[^\n]/g, ""));

/** What links to headings are called: lower case, without punctuation, spaces as hyphens. */
function anchors(path: string): Set<string> {
  const found = new Set<string>();
  for (const [, heading] of prose(readFileSync(path, "utf8")).matchAll(/^#+ (.*)$/gm)) {
    const slug = heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-");
    let name = slug;
    for (let i = 1; found.has(name); i++) name = `${slug}-${i}`;
    found.add(name);
  }
  return found;
}

/** The links of a file that lead nowhere; `there` says whether a path is in the tree. */
export function brokenLinks(path: string, there: (target: string) => boolean): string[] {
  const text = prose(readFileSync(path, "utf8")).replace(/`[^`\n]*`/g, "");
  return Array.from(text.matchAll(/\]\(([^)\s]+)\)/g), match => match[1]!)
    .filter(link => !/^[a-z]+:/.test(link))
    .flatMap(link => {
      const [file, anchor] = link.split("#");
      const target = file ? normalize(join(dirname(path), decodeURI(file))) : path;
      if (!there(target)) return [`${path}: ${link}: no such file`];
      if (anchor !== undefined && !(target.endsWith(".md") && anchors(target).has(anchor)))
        return [`${path}: ${link}: no such heading`];
      return [];
    });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2];
  if (folder === undefined || !statSync(folder).isDirectory()) throw new Error("usage: links.js FOLDER");
  const pages = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(path =>
    path.endsWith(".md"),
  );
  let failed = pages.length === 0 ? 1 : 0;
  for (const page of pages) {
    const broken = brokenLinks(join(folder, page), existsSync);
    for (const line of broken) console.log(line);
    if (broken.length) failed++;
  }
  console.log(`${Math.max(0, pages.length - failed)} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}

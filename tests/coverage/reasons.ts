// reasons.txt: a file's path; below it, by two spaces, the first line of a place that the suite does
// not reach; below that, by four, why it does not.

export interface Reason {
  path: string;
  text: string;
  why: string;
}

export function reasonsOf(list: string): Reason[] {
  const found: Reason[] = [];
  let path = "";
  for (const line of list.split("\n")) {
    const [, indent, text] = /^( *)(.*)$/.exec(line)!;
    if (text === "" || text!.startsWith("#")) continue;
    if (indent === "") path = text!;
    else if (indent === "  ") found.push({ path, text: text!, why: "" });
    else if (indent === "    " && found.length > 0) {
      const reason = found.at(-1)!;
      reason.why += (reason.why && " ") + text;
    } else throw new Error(`reasons.txt: ${line}`);
  }
  return found;
}

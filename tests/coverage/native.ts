// host/: what gcov counted in the addon that the suite used.
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { Sources } from "./lines.js";

interface Report {
  current_working_directory: string;
  files: { file: string; lines: { line_number: number; count: number }[] }[];
}

/** The lines of host/ below `root`, whose build/ holds the addon's objects and their counts. */
export function nativeLines(root: string): Sources {
  const build = join(root, "build");
  const objects = join(build, "Release/obj.target/berkeley_sockets/host");
  const counted = readdirSync(objects).filter(name => name.endsWith(".gcno"));
  const sources = new Sources();
  for (const name of counted) {
    const text = execFileSync("gcov", ["--json-format", "--stdout", join(objects, name)], {
      cwd: build,
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });
    const report = JSON.parse(text) as Report;
    for (const { file, lines } of report.files) {
      const path = relative(root, resolve(report.current_working_directory, file));
      if (!path.startsWith("host/")) continue;
      for (const { line_number: line, count } of lines) sources.of(path).add(line, count > 0);
    }
  }
  return sources;
}

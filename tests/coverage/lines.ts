// What a measurement says of a source file: its lines that hold code, and those of them that ran.

export class SourceLines {
  readonly #reached = new Map<number, boolean>();

  constructor(readonly path: string) {}

  /** Lines begin with 1. A line that was reached once is. */
  add(line: number, reached: boolean): void {
    this.#reached.set(line, reached || this.#reached.get(line) === true);
  }

  get all(): number[] {
    return [...this.#reached.keys()].sort((a, b) => a - b);
  }

  get missed(): number[] {
    return this.all.filter(line => !this.#reached.get(line));
  }
}

/** The lines of a file, made when they are first asked for. */
export class Sources {
  readonly #files = new Map<string, SourceLines>();

  of(path: string): SourceLines {
    let file = this.#files.get(path);
    if (!file) {
      file = new SourceLines(path);
      this.#files.set(path, file);
    }
    return file;
  }

  get all(): SourceLines[] {
    return [...this.#files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }
}

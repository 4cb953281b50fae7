// What an import of the package need not wait for.

/** An object whose properties are made when they are first asked for. */
export function lazy<T extends object>(
  names: readonly (keyof T & string)[],
  make: (name: keyof T & string) => unknown,
): T {
  const object = {};
  for (const name of names) {
    const keep = (value: unknown) => {
      Object.defineProperty(object, name, { enumerable: true, value });
      return value;
    };
    Object.defineProperty(object, name, {
      configurable: true,
      enumerable: true,
      get: () => keep(make(name)),
    });
  }
  return object as T;
}

// Names of classes as data, since a minifier renames classes: toString(), messages and the
// inspector show them.

/** Gives each class the name that it has here. A subclass of the user's has its own. */
export function named<Classes extends Readonly<Record<string, abstract new (...args: never[]) => unknown>>>(
  classes: Classes,
): Classes {
  for (const [name, Class] of Object.entries(classes))
    Object.defineProperty(Class, "name", { value: name, configurable: true });
  return classes;
}

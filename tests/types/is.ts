// is<A>()(value): compiles where the value's type is A itself, neither wider, narrower nor any.
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

export const is =
  <A>() =>
  <B>(_value: B, ..._same: Same<A, B> extends true ? [] : [expected: A]): void => {};

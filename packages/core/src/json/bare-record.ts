class Bare {}
Object.setPrototypeOf(Bare.prototype, null);
Reflect.deleteProperty(Bare.prototype, "constructor");
Object.freeze(Bare.prototype);

/**
 * A record that inherits no names. One without any prototype would do the same, but V8 keeps its properties in a hash
 * table: these are copied, read and written as JSON in two thirds of the time.
 */
export function createBareRecord<TValue>(): Record<string, TValue> {
  return new Bare() as Record<string, TValue>;
}

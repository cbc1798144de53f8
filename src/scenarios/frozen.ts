/** Data that nobody can change any more: what was recorded, and what the ledger's key is made from. */

/** The same value, frozen with all that is in it. */
export function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}

/** A frozen copy, by way of JSON; the value itself where it is frozen already. */
export function frozenCopy<Data extends object>(data: Data): Data {
  return Object.isFrozen(data) ? data : frozen(JSON.parse(JSON.stringify(data)) as Data);
}

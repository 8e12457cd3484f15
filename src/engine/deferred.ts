/** What `made` makes, each made when it is first read: parts of a report that few of its readers want. */
export type Makers<Parts> = { readonly [Name in keyof Parts]: () => Parts[Name] };

/** The object with further properties, which are like any others to whoever reads, spreads or lists them. */
export function withDeferred<Whole extends object, Parts>(whole: Whole, made: Makers<Parts>): Whole & Parts {
  for (const name of Object.keys(made) as (keyof Parts & string)[]) {
    // a mapped type has the keys of what it maps
    let part: { readonly value: Parts[typeof name] } | undefined;
    Object.defineProperty(whole, name, { enumerable: true, get: () => (part ??= { value: made[name]() }).value });
  }
  return whole as Whole & Parts; // each of the parts has just been defined
}

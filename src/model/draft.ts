/** A value while it is being filled: what is absent in the end was never set, and one shape is not spread into the next. */
export type Draft<T> = { -readonly [Key in keyof T]: T[Key] };

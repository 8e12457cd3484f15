import * as v from 'valibot';

/** A field that may be unset. The protobuf JSON mapping leaves such a field out, or writes null; both are read as absent. */
export function mayBeUnset<T>(schema: v.GenericSchema<unknown, T>): UnsetField<T> {
  return v.pipe(
    v.nullish(schema),
    v.transform((value) => value ?? undefined),
  );
}

type UnsetField<T> = v.SchemaWithPipe<
  readonly [v.NullishSchema<v.GenericSchema<unknown, T>, undefined>, v.TransformAction<T | null | undefined, NonNullable<T> | undefined>]
>;

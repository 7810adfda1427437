/** The same functions, each of which answers by a promise. */
type Promised<Functions> = {
  readonly [Name in keyof Functions]: Functions[Name] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : never;
};

/**
 * Functions that are loaded with the first call of one of them: what most starts of a process never need, such as the
 * client for alerts in a sender, is not read by them. Calls at the same time share one load; one that failed is tried
 * again by the next call.
 * @param names of the functions, since nobody knows yet what `load` brings.
 * @param load imports a module dynamically, which makes a chunk of its own in the bundle.
 */
export const onFirstUse = <
  Loaded extends Readonly<Record<Name, (...args: never[]) => unknown>>,
  const Name extends string,
>(
  names: readonly Name[],
  load: () => Promise<Loaded>,
): Promised<Pick<Loaded, Name>> => {
  let loading: Promise<Loaded> | undefined;
  const loadOnce = async (): Promise<Loaded> => {
    loading ??= load();
    try {
      return await loading;
    } catch (error) {
      loading = undefined;
      throw error;
    }
  };
  const functions = names.map((name) => [name, async (...args: never[]) => (await loadOnce())[name](...args)]);
  return Object.fromEntries(functions);
};

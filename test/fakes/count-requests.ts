import type { Table } from "../../shared/store/table.ts";

/** Names of the requests a table's client has sent since it was asked to count, such as `UpdateItemCommand`. */
export interface RequestCount {
  readonly requests: string[];
  stop(): void;
}

/** Counts what really goes to the database, by a middleware of the client. */
export const countRequests = ({ client }: Table): RequestCount => {
  const requests: string[] = [];
  const name = `count-requests-${crypto.randomUUID()}`;
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        requests.push(String(commandName));
        return next(args);
      },
    { step: "finalizeRequest", name },
  );
  return { requests, stop: () => void client.middlewareStack.remove(name) };
};

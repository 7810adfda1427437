import type { Table } from "../../shared/store/table.ts";

/** How a request to the table fails, if it does: `after` it was carried out, its answer is lost. */
export type Fault = "before" | "after" | "none";

/**
 * A table some of whose requests fail, as for somebody who dies while waiting for them.
 * @param nextFault asked before each request, which waits until it is answered.
 */
export const failingTable = ({ client, name }: Table, nextFault: () => Fault | Promise<Fault>): Table => {
  const send = client.send.bind(client) as (command: unknown, ...rest: unknown[]) => Promise<unknown>;
  const failing = {
    async send(command: unknown, ...rest: unknown[]): Promise<unknown> {
      const fault = await nextFault();
      if (fault === "before") throw new Error("died before the request");
      const answer = await send(command, ...rest);
      if (fault === "after") throw new Error("died after the request");
      return answer;
    },
  };
  // A client of its own by prototype: the SDK's paginators ask what they are given.
  return { client: Object.assign(Object.create(client), failing), name };
};

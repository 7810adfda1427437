import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Where a connection ends: after so many bytes of one side. */
export interface Cut {
  readonly from: "client" | "server";
  readonly afterBytes: number;
  /** `close` and `reset` end the connection; `stall` lets nothing more through. */
  readonly how: "close" | "reset" | "stall";
}

/** Stands between a client and a server, and cuts the connection at a byte. */
export interface CuttingRelay {
  readonly port: number;
  /** Bytes that went through, of each side. */
  readonly bytes: { client: number; server: number };
  /** Resolves at the cut. */
  readonly cut: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a relay on 127.0.0.1 to a port of this machine.
 * @param cut where the connection ends; without it all goes through.
 * @param pieceBytes how many bytes go through at a time; without it all that is there.
 */
export const startCuttingRelay = async (to: number, cut?: Cut, pieceBytes?: number): Promise<CuttingRelay> => {
  const bytes = { client: 0, server: 0 };
  const sockets: Socket[] = [];
  const { promise, resolve: reportCut } = Promise.withResolvers<void>();
  let isCut = false;

  const end = (pair: readonly Socket[]) => {
    isCut = true;
    for (const socket of pair) {
      if (cut?.how === "close") socket.end();
      else if (cut?.how === "reset") socket.resetAndDestroy();
    }
    reportCut();
  };
  const pass = async (side: Cut["from"], chunk: Buffer, out: Socket, pair: readonly Socket[]): Promise<void> => {
    const left = cut?.from === side ? cut.afterBytes - bytes[side] : chunk.length;
    const through = chunk.subarray(0, Math.max(0, left));
    for (let first = 0; first < through.length && !isCut; first += pieceBytes ?? chunk.length) {
      const piece = through.subarray(first, first + (pieceBytes ?? chunk.length));
      bytes[side] += piece.length;
      out.write(piece);
      if (pieceBytes !== undefined) await new Promise((resolve) => setImmediate(resolve));
    }
    if (!isCut && cut?.from === side && bytes[side] >= cut.afterBytes) end(pair);
  };
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ port: to, host: "127.0.0.1", noDelay: true });
    const pair = [client, upstream];
    sockets.push(...pair);
    for (const [side, source, out] of [
      ["client", client, upstream],
      ["server", upstream, client],
    ] as const) {
      let passing = Promise.resolve();
      source.on("error", () => {});
      source.on("close", () => out.end());
      source.on("data", (chunk: Buffer) => {
        passing = passing.then(() => (isCut ? undefined : pass(side, chunk, out, pair)));
      });
    }
    if (cut?.afterBytes === 0) end(pair);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    bytes,
    cut: promise,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

import net from "node:net";
import type { Failed } from "../domain/outcome.ts";
import { failed } from "./classify.ts";
import { type Cleared, verifyPeer } from "./egress.ts";
import { timedOut } from "./smtp-failure.ts";

/** Connects to the very address that was checked, before the signal fires. */
export const connectTcp = async (
  { address }: Cleared,
  port: number,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<net.Socket | Failed> => {
  const socket = await connect(address, port, timeoutMs, signal);
  if (!(socket instanceof net.Socket) || verifyPeer(socket.remoteAddress, address)) return socket;
  socket.destroy();
  return failed("config", "target-refused", "connect", "The connection reached another address than the checked one.");
};

const connect = (host: string, port: number, timeoutMs: number, signal: AbortSignal): Promise<net.Socket | Failed> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve(timedOut("connect"));
    const socket = net.connect({ host, port });
    const settle = (result: net.Socket | Failed) => {
      socket.setTimeout(0);
      socket.removeAllListeners();
      signal.removeEventListener("abort", giveUp);
      if (result !== socket) socket.on("error", () => {}).destroy();
      resolve(result);
    };
    const giveUp = () => settle(timedOut("connect"));
    signal.addEventListener("abort", giveUp, { once: true });
    socket.setTimeout(timeoutMs, giveUp);
    socket.once("connect", () => settle(socket));
    socket.once("error", (error: NodeJS.ErrnoException) => settle(unreachable(error)));
  });

const unreachable = ({ code }: NodeJS.ErrnoException): Failed =>
  code === "ECONNREFUSED"
    ? failed("transient", "connection-refused", "connect", "The server refused the connection.")
    : failed("transient", "connection-lost", "connect", "The server cannot be reached.");

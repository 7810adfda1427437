import net from "node:net";
import type { SmtpSettings } from "../domain/mail-settings.ts";
import type { Failed } from "../domain/outcome.ts";
import { failed } from "./classify.ts";
import { type EgressGuard, verifyPeer } from "./egress.ts";
import { timedOut } from "./smtp-failure.ts";

/** An open connection to the very address that was checked. */
export interface CheckedConnection {
  readonly socket: net.Socket;
  /** Whose certificate the server has to show. */
  readonly servername: string;
}

/** Resolves the server's name, checks where it leads, and connects there before the signal fires. */
export const connectChecked = async (
  guard: EgressGuard,
  { host, port, timeoutMs }: SmtpSettings,
  signal: AbortSignal,
): Promise<CheckedConnection | Failed> => {
  const checked = await guard.check(host, port, signal);
  if (!checked.ok) {
    const failureClass = checked.reason === "target-refused" ? "config" : "transient";
    return failed(failureClass, checked.reason, "dns", checked.message);
  }
  const { address, servername } = checked;
  const socket = await connect(address, port, timeoutMs, signal);
  if (!(socket instanceof net.Socket)) return socket;
  if (verifyPeer(socket.remoteAddress, address)) return { socket, servername };
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

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A port that nobody answers: connections to it neither succeed nor fail. */
export interface DeafListener {
  readonly port: number;
  stop(): Promise<void>;
}

/** Listens with room for hardly anybody, and then does nothing ever again. */
const DEAF = `
  const server = require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
    require("node:fs").writeSync(1, server.address().port + "\\n");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
`;

/** More connections than a listener has room for; the kernel answers no further ones. */
const FILLERS = 8;

/** Starts a process that listens and does not accept, and fills up its room. */
export const startDeafListener = async (): Promise<DeafListener> => {
  const child = spawn(process.execPath, ["-e", DEAF], { stdio: ["ignore", "pipe", "inherit"] });
  const [said] = await once(child.stdout, "data");
  const port = Number(String(said));
  const fillers = Array.from({ length: FILLERS }, () => connect({ port, host: "127.0.0.1" }));
  for (const socket of fillers) socket.on("error", () => {});
  await once(fillers[0] as Socket, "connect");
  return { port, stop: () => stop(child, fillers) };
};

const stop = async (child: ChildProcess, fillers: readonly Socket[]): Promise<void> => {
  for (const socket of fillers) socket.destroy();
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
};

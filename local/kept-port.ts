import { readFile } from "node:fs/promises";
import { writeFileAtomically } from "./state-files.ts";

/** The port in the file, undefined when there is no such file or no port in it. */
export const readKeptPort = async (file: string): Promise<number | undefined> => {
  const text = await readFile(file, "utf8").catch(() => "");
  const port = Number(text);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
};

/** Keeps a port for the next start. */
export const writeKeptPort = (file: string, port: number): void => writeFileAtomically(file, `${port}\n`);

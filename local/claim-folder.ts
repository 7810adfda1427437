import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";
import { writeFileAtomically } from "./state-files.ts";

const claimSchema = z.object({ pid: z.number(), url: z.string() });

/**
 * Takes an existing folder for one stack, which is alive as long as something answers at its address. A stack that was
 * killed leaves its claim behind; such a claim is taken over.
 * @returns how to give the folder free.
 * @throws Error when another stack has the folder.
 */
export const claimFolder = async (folder: string, url: string): Promise<() => Promise<void>> => {
  const file = join(folder, "in-use.json");
  const claim = JSON.stringify({ pid: process.pid, url });
  const isFree = await writeFile(file, claim, { flag: "wx" }).then(
    () => true,
    () => false,
  );
  if (!isFree) {
    const former = await readClaim(file);
    if (former !== undefined && (await answers(former.url))) {
      throw new Error(`${folder} is in use by the stack with pid ${former.pid}: stop that, or use another folder`);
    }
    writeFileAtomically(file, claim);
  }
  return () => rm(file, { force: true });
};

const readClaim = async (file: string): Promise<z.infer<typeof claimSchema> | undefined> => {
  try {
    return claimSchema.parse(JSON.parse(await readFile(file, "utf8")));
  } catch {
    return undefined;
  }
};

const answers = (url: string): Promise<boolean> =>
  fetch(url, { signal: AbortSignal.timeout(1000) }).then(
    () => true,
    () => false,
  );

import { renameSync, rmSync, writeFileSync } from "node:fs";

/**
 * Replaces a file as a whole: readers see the old or the new content, and never a part.
 * @param mode permissions of the new file.
 */
export const writeFileAtomically = (file: string, content: string, mode = 0o644): void => {
  const temporary = `${file}.${process.pid}.tmp`;
  rmSync(temporary, { force: true });
  writeFileSync(temporary, content, { mode });
  renameSync(temporary, file);
};

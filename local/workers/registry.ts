import { writeFileAtomically } from "../state-files.ts";

/** The workers that run right now, as a file for whoever wants to look at or kill one. */
export interface WorkerRegistry {
  add(worker: { readonly function: string; readonly pid: number }): void;
  remove(pid: number): void;
}

/** Keeps `file` (`[{ "function": "deliver", "pid": 4711 }]`) true from now on. */
export const createWorkerRegistry = (file: string): WorkerRegistry => {
  const running = new Map<number, string>();
  const write = (): void => {
    const workers = [...running].map(([pid, name]) => ({ function: name, pid }));
    writeFileAtomically(file, `${JSON.stringify(workers)}\n`);
  };
  write();
  return {
    add: ({ function: name, pid }) => {
      running.set(pid, name);
      write();
    },
    remove: (pid) => {
      running.delete(pid);
      write();
    },
  };
};

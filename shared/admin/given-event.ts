import { apiSourceOf, PIPELINE_EVENT } from "../contracts/bus.ts";
import { parsePipelineEvent } from "../contracts/pipeline-event.ts";
import { AppError } from "../domain/app-error.ts";
import type { PipelineEvent } from "../domain/event.ts";
import { isWithin, type Scope, SYSTEM, tenantOf } from "../domain/scope.ts";
import { getScope, type ScopeDeps } from "./scopes.ts";

/** What reading an event in a request needs. */
export interface GivenEventDeps extends ScopeDeps {
  readonly now: () => Date;
  /** An id that nobody else has. */
  readonly newId: () => string;
}

/** An event in a request. */
export interface GivenEvent {
  /** The detail with everything that was filled in: scope and id. */
  readonly detail: Readonly<Record<string, unknown>>;
  /** As the intake would read it if it were published now. */
  readonly event: PipelineEvent;
}

/**
 * Reads an event in a request as the intake reads one on the bus. Its scope is the path's unless it names one below;
 * its id is made up unless it has one.
 * @param path of the event within the body; empty when it is the body.
 * @throws AppError `not-found` for the path's scope, or `invalid-input`
 */
export const readGivenEvent = async (
  deps: GivenEventDeps,
  scope: Scope,
  given: Readonly<Record<string, unknown>>,
  path = "",
): Promise<GivenEvent> => {
  await getScope(deps, scope);
  const id = given.id ?? deps.newId();
  const detail = { ...given, scope: given.scope ?? scope, id };
  const source = apiSourceOf(tenantOf(scope));
  const time = deps.now().toISOString();
  const parsed = parsePipelineEvent({ id: String(id), source, detailType: PIPELINE_EVENT, time, detail });
  if (!parsed.ok) {
    throw notAcceptable(parsed.issues.map((issue) => ({ ...issue, path: within(path, issue.path) })));
  }
  await expectPlace(deps, scope, parsed.event.scope, within(path, "scope"));
  return { detail, event: parsed.event };
};

const within = (outer: string, inner: string): string => [outer, inner].filter((part) => part !== "").join(".");

const notAcceptable = (issues: AppError["issues"]): AppError =>
  new AppError("invalid-input", "The request body is not acceptable.", issues);

/**
 * Checks that what a body is about lies in the scope of the path, and exists.
 * @param path of the field that names it.
 * @throws AppError `invalid-input`
 */
export const expectPlace = async (deps: ScopeDeps, pathScope: Scope, named: Scope, path: string): Promise<void> => {
  const problem = await explainPlace(deps, pathScope, named);
  if (problem !== undefined) throw notAcceptable([{ path, message: problem }]);
};

const explainPlace = async (deps: ScopeDeps, pathScope: Scope, named: Scope): Promise<string | undefined> => {
  if (!isWithin(named, pathScope)) return `must be "${pathScope}", the scope in the path, or a scope below it`;
  if (named === SYSTEM) return "must be the scope of a tenant: the root has no events of its own";
  if (named === pathScope || (await deps.scopes.get(named)) !== undefined) return undefined;
  return `must exist: create it with PUT /v1/scopes/${named}`;
};

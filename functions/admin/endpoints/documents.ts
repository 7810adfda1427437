import type { Catalog } from "../../../shared/admin/catalog.ts";
import { viewDocument } from "../../../shared/admin/views.ts";
import type { Scope } from "../../../shared/domain/scope.ts";
import { writtenAs } from "../../../shared/http/answer.ts";
import type { Call, Endpoint } from "../../../shared/http/dispatch.ts";
import { listing } from "../../../shared/http/listing.ts";
import { readChange, readId } from "../../../shared/http/read-request.ts";

/** Operations on documents of which a scope has several, told apart by an id. */
export interface DocumentEndpoints {
  readonly list: Endpoint;
  readonly get: Endpoint;
  readonly put: Endpoint;
  readonly remove: Endpoint;
}

/**
 * Answers the four operations that all such documents have.
 * @param readDocument the document that the request asks for. @throws AppError `invalid-input`
 * @param readDocumentId the id in the path; other documents than pipelines have ids that administrators choose.
 */
export const documentEndpoints = <T extends { readonly id: string; readonly scope: Scope }>(
  catalog: Catalog<T>,
  readDocument: (call: Call, id: string) => T,
  now: () => Date,
  readDocumentId: (call: Call) => string = readId,
): DocumentEndpoints => ({
  list: (call) => listing(call, (page) => catalog.list(call.scope, page), viewDocument),
  get: async (call) => {
    const found = await catalog.get(call.scope, readDocumentId(call));
    return { body: viewDocument(found), version: found.version };
  },
  put: async (call) => {
    const written = await catalog.put(readDocument(call, readDocumentId(call)), readChange(call, now()));
    return writtenAs(written.version, viewDocument(written));
  },
  remove: async (call) => {
    await catalog.remove(call.scope, readDocumentId(call), readChange(call, now()));
    return {};
  },
});

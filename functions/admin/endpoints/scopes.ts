import { listScopes } from "../../../shared/admin/list-scopes.ts";
import { deleteScope, getScope, putScope } from "../../../shared/admin/scopes.ts";
import { viewDocument } from "../../../shared/admin/views.ts";
import { scopeBody } from "../../../shared/contracts/bodies/scope.ts";
import { writtenAs } from "../../../shared/http/answer.ts";
import { listing } from "../../../shared/http/listing.ts";
import { readDraft } from "../../../shared/http/read-body.ts";
import { readChange } from "../../../shared/http/read-request.ts";
import type { AdminDeps, Part } from "./deps.ts";

/** Scopes. */
export const aboutScopes = ({
  config,
  now,
}: AdminDeps): Part<"listScopes" | "getScope" | "putScope" | "deleteScope"> => ({
  listScopes: (call) => listing(call, (page) => listScopes(config, call.caller, page), viewDocument),
  getScope: async ({ scope }) => {
    const found = await getScope(config, scope);
    return { body: viewDocument(found), version: found.version };
  },
  putScope: async (call) => {
    const { name = call.scope, ...rest } = readDraft(call.event, scopeBody);
    const document = { name, ...rest, scope: call.scope };
    const written = await putScope(config, call.caller, document, readChange(call, now()));
    return writtenAs(written.version, viewDocument(written));
  },
  deleteScope: async (call) => {
    await deleteScope(config, call.scope, readChange(call, now()));
    return {};
  },
});

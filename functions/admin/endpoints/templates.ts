import { previewTemplate } from "../../../shared/admin/preview.ts";
import { createTemplates } from "../../../shared/admin/templates.ts";
import { viewDocument } from "../../../shared/admin/views.ts";
import { previewBody } from "../../../shared/contracts/bodies/preview.ts";
import { templateBody } from "../../../shared/contracts/bodies/template.ts";
import { writtenAs } from "../../../shared/http/answer.ts";
import { listing } from "../../../shared/http/listing.ts";
import { readBody, readDraft } from "../../../shared/http/read-body.ts";
import { readChange, readId } from "../../../shared/http/read-request.ts";
import type { AdminDeps, Part } from "./deps.ts";

/** Templates, and what they would look like. */
export const aboutTemplates = (
  deps: AdminDeps,
): Part<"listTemplates" | "getTemplate" | "putTemplate" | "deleteTemplate" | "previewTemplate"> => {
  const templates = createTemplates(deps);
  return {
    listTemplates: (call) => listing(call, (page) => templates.list(call.scope, page), viewDocument),
    getTemplate: async (call) => {
      const found = await templates.get(call.scope, readId(call));
      return { body: viewDocument(found), version: found.version };
    },
    putTemplate: async (call) => {
      const content = readDraft(call.event, templateBody);
      const written = await templates.put(call.scope, readId(call), content, readChange(call, deps.now()));
      return writtenAs(written.version, viewDocument(written));
    },
    deleteTemplate: async (call) => {
      await templates.remove(call.scope, readId(call), readChange(call, deps.now()));
      return {};
    },
    previewTemplate: async (call) => {
      const request = readBody(call.event, previewBody);
      // A note would say that the template could not be used: that is an error here.
      return { body: { ...(await previewTemplate(deps, call.scope, request, deps.now())), note: null } };
    },
  };
};

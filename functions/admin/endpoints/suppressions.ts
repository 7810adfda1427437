import { addSuppression, deleteSuppression, listSuppressions } from "../../../shared/admin/suppressions.ts";
import { suppressionBody } from "../../../shared/contracts/bodies/suppression.ts";
import { listing } from "../../../shared/http/listing.ts";
import { readBody } from "../../../shared/http/read-body.ts";
import { readActor, readAddress } from "../../../shared/http/read-request.ts";
import type { AdminDeps, Part } from "./deps.ts";

/** Tenants' suppression lists. */
export const aboutSuppressions = ({
  config,
  now,
}: AdminDeps): Part<"listSuppressions" | "addSuppression" | "deleteSuppression"> => ({
  listSuppressions: (call) =>
    listing(
      call,
      (page) => listSuppressions(config, call.scope, page),
      (suppression) => suppression,
    ),
  addSuppression: async (call) => {
    const asked = readBody(call.event, suppressionBody);
    const { suppression, isNew } = await addSuppression(config, call.scope, asked, readActor(call, now()));
    return { status: isNew ? 201 : 200, body: suppression };
  },
  deleteSuppression: async (call) => {
    await deleteSuppression(config, call.scope, readAddress(call), readActor(call, now()));
    return {};
  },
});

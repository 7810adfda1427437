import { deleteBrand, getBrand, getEffectiveBrand, putBrand } from "../../../shared/admin/brand.ts";
import { viewDocument } from "../../../shared/admin/views.ts";
import { brandBody } from "../../../shared/contracts/bodies/brand.ts";
import { AppError } from "../../../shared/domain/app-error.ts";
import { writtenAs } from "../../../shared/http/answer.ts";
import { readDraft } from "../../../shared/http/read-body.ts";
import { readChange, readFlag } from "../../../shared/http/read-request.ts";
import type { AdminDeps, Part } from "./deps.ts";

/** How mails look. */
export const aboutBrand = ({ config, now }: AdminDeps): Part<"getBrand" | "putBrand" | "deleteBrand"> => ({
  getBrand: async (call) => {
    if (readFlag(call, "effective")) {
      const brand = await getEffectiveBrand(config, call.scope);
      if (brand === undefined) throw new AppError("not-found", `No brand is in force at "${call.scope}".`);
      // Who set it is not told: it may come from a scope that the caller has nothing to do with.
      return { body: { ...brand, inheritedFrom: brand.scope === call.scope ? null : brand.scope } };
    }
    const found = await getBrand(config, call.scope);
    return { body: viewDocument(found), version: found.version };
  },
  putBrand: async (call) => {
    const brand = { ...readDraft(call.event, brandBody), scope: call.scope };
    const written = await putBrand(config, brand, readChange(call, now()));
    return writtenAs(written.version, viewDocument(written));
  },
  deleteBrand: async (call) => {
    await deleteBrand(config, call.scope, readChange(call, now()));
    return {};
  },
});

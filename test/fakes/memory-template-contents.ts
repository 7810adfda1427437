import type { TemplateContentStore } from "../../shared/admin/ports.ts";
import type { TemplateContent } from "../../shared/domain/template.ts";

/** Keeps contents of templates in memory, as the table does: see `test/store/template-store.test.ts`. */
export const createMemoryTemplateContents = (): TemplateContentStore => {
  const contents = new Map<string, TemplateContent>();
  const named: string[] = [];
  return {
    async put(tenant, content) {
      const written = JSON.stringify(content);
      if (!named.includes(written)) named.push(written);
      const contentId = `content-${named.indexOf(written)}`;
      contents.set(`${tenant}/${contentId}`, content);
      return contentId;
    },
    get: async (tenant, contentId) => contents.get(`${tenant}/${contentId}`),
  };
};

import type { TemplateEngine } from "../domain/template.ts";

/** The engine, loaded with its first use: most senders start for tenants without templates. */
export const templateEngine: TemplateEngine = {
  check: async (content) => (await import("./liquid/check-template.ts")).checkTemplate(content),
  render: async (content, view) => (await import("./liquid/render-template.ts")).renderTemplate(content, view),
  clean: async (html, subject) => (await import("./liquid/clean-html.ts")).cleanHtml(html, subject),
};

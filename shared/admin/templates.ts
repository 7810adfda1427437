import { AppError, type InputIssue } from "../domain/app-error.ts";
import { type Scope, tenantOf } from "../domain/scope.ts";
import type { TemplateContent, TemplateDocument, TemplateEngine, TemplateProblem } from "../domain/template.ts";
import { type Catalog, createCatalog } from "./catalog.ts";
import type { Change, ConfigStore, TemplateContentStore, Versioned } from "./ports.ts";
import { getScope } from "./scopes.ts";

/** What the use cases of templates need. */
export interface TemplateDeps {
  readonly config: Pick<ConfigStore, "scopes" | "templates">;
  readonly templateContents: TemplateContentStore;
  readonly templates: Pick<TemplateEngine, "check">;
}

/** A template with its content. */
export type WholeTemplate = TemplateDocument & TemplateContent;

/** The use cases of templates. Lists are without contents, which can be large. */
export interface Templates extends Pick<Catalog<TemplateDocument>, "list" | "remove"> {
  /** @throws AppError `not-found` */
  get(scope: Scope, id: string): Promise<Versioned<WholeTemplate>>;
  /**
   * Creates a template, or a new version of one.
   * @throws AppError `not-found`, `precondition-failed`, or `invalid-input` that says where the template is wrong
   */
  put(scope: Scope, id: string, content: TemplateContent, change: Change): Promise<Versioned<WholeTemplate>>;
}

/** The use cases of templates. */
export const createTemplates = ({ config, templateContents, templates }: TemplateDeps): Templates => {
  const catalog = createCatalog(config, config.templates, "Template");
  return {
    ...catalog,
    async get(scope, id) {
      const found = await catalog.get(scope, id);
      const content = await templateContents.get(tenantOf(scope), found.value.contentId);
      if (content === undefined) throw new Error(`the content of template ${scope}/${id} is not stored`);
      return { ...found, value: { ...found.value, ...content } };
    },
    async put(scope, id, content, change) {
      await getScope(config, scope);
      const problem = await templates.check(content);
      if (problem !== undefined) throw templateError([issueOf(problem)]);
      // The content is there before anything names it: no mail ever looks for one that is not.
      const contentId = await templateContents.put(tenantOf(scope), content);
      const written = await catalog.put({ id, scope, contentId }, change);
      return { ...written, value: { ...written.value, ...content } };
    },
  };
};

/** A problem of a template as an issue of the field it was given in. */
export const issueOf = ({ field, line, column, message }: TemplateProblem): InputIssue => ({
  path: field,
  message: line === undefined ? message : `line ${line}, column ${column}: ${message}`,
});

/** The error for a template that cannot be used. */
export const templateError = (issues: readonly InputIssue[]): AppError =>
  new AppError("invalid-input", "The template cannot be used.", issues);

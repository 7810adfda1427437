import type {
  AuditStore,
  ConfigStore,
  DeliveryControl,
  HistoryReader,
  Publisher,
  TemplateContentStore,
  TenantPublisher,
} from "../../../shared/admin/ports.ts";
import type { PreviewDeps } from "../../../shared/admin/preview.ts";
import type { FactsDeps } from "../../../shared/admin/settings-facts.ts";
import type { TemplateDeps } from "../../../shared/admin/templates.ts";
import type { Log } from "../../../shared/domain/log.ts";
import type { TemplateEngine } from "../../../shared/domain/template.ts";
import type { ExplainDeps } from "../../../shared/flow/explain.ts";
import type { SampleDeps } from "../../../shared/flow/send-sample.ts";
import type { Endpoints } from "../../../shared/http/dispatch.ts";

/** What administration needs. */
export interface AdminDeps extends FactsDeps, TemplateDeps, PreviewDeps, ExplainDeps, SampleDeps {
  readonly config: ConfigStore;
  readonly templateContents: TemplateContentStore;
  readonly templates: TemplateEngine;
  readonly audit: AuditStore;
  readonly publisher: Publisher;
  readonly tenantBus: TenantPublisher;
  readonly history: HistoryReader;
  readonly deliveries: DeliveryControl;
  readonly log: Log;
  readonly groupsClaim: string;
  /** An id that nobody else has. */
  readonly newId: () => string;
}

/** Some of the operations that `admin` answers, by name. */
export type Part<Name extends keyof Endpoints<"admin">> = Pick<Endpoints<"admin">, Name>;

import type { DeliverJob } from "../../contracts/deliver-job.ts";
import type { Brand } from "../../domain/brand.ts";
import type { ProviderSettings, StoredMailSettings } from "../../domain/mail-settings.ts";
import type { Failed } from "../../domain/outcome.ts";
import { type Transport, transportOf } from "../../domain/transport.ts";
import type { Made, MadeMail } from "../make-mail/made-mail.ts";
import { type MakeMailDeps, makeMail } from "../make-mail.ts";
import type { Provider } from "../ports.ts";
import { type AdmitDeps, admit, noteSend, type Wait } from "./admit.ts";
import { type AlertDeps, alertSuspension } from "./alert-suspension.ts";
import { type ChooseDeps, chooseProvider } from "./choose-provider.ts";

/** What getting ready for a provider needs. */
export interface OpenWayDeps extends ChooseDeps, MakeMailDeps, AdmitDeps, AlertDeps {}

/** A mail on its way to a provider. */
export interface Departure {
  readonly job: DeliverJob;
  readonly stored: StoredMailSettings;
  readonly brand: Brand | undefined;
  /** The mail, when it was made for another provider before. */
  readonly made: MadeMail | undefined;
}

/** A provider that may be asked now and the mail for it; or why there is none. */
export type Way =
  | { readonly kind: "open"; readonly transport: Transport; readonly provider: Provider; readonly made: MadeMail }
  | { readonly kind: "unusable"; readonly failure: Failed }
  | Wait
  | Extract<Made, { kind: "nothing" }>;

/** Something of ours failed before anything was sent: the details are in the log. */
const NOT_PREPARED: Failed = {
  kind: "failed",
  class: "transient",
  reason: "unknown",
  phase: "settings",
  code: null,
  enhancedCode: null,
  text: "The mail could not be made ready to send.",
};

/**
 * Makes everything ready for one provider: its secrets, leave to send, and last the mail, so that a mail that waits is
 * not made in vain. Nothing has left by this provider yet, so whatever goes wrong here can be tried again safely.
 */
export const openWay = async (deps: OpenWayDeps, departure: Departure, settings: ProviderSettings): Promise<Way> => {
  const { job, stored } = departure;
  const transport = transportOf(stored, settings);
  try {
    const choice = await chooseProvider(deps, stored, settings);
    if (choice.kind === "unusable") return choice;
    const perMinute = settings.kind === "smtp" ? settings.maxPerMinute : null;
    const admission = await admit(deps, transport, perMinute, job.permit);
    if (admission.kind === "go") return await fill(deps, departure, transport, choice.provider);
    if (admission.suspended) await alertSuspension(deps, stored.settings, transport, admission.suspended);
    return admission;
  } catch (error) {
    return notPrepared(deps, job, error);
  }
};

const fill = async (
  deps: OpenWayDeps,
  { job, brand, made: before }: Departure,
  transport: Transport,
  provider: Provider,
): Promise<Way> => {
  try {
    if (before !== undefined) return { kind: "open", transport, provider, made: before };
    const made = await makeMail(deps, job, brand);
    if (made.kind === "mail") return { kind: "open", transport, provider, made };
    await noteSend(deps, transport, NOT_PREPARED, false);
    return made;
  } catch (error) {
    // It may have been let through as the one probe, which somebody else can be now.
    await noteSend(deps, transport, NOT_PREPARED, false);
    return notPrepared(deps, job, error);
  }
};

const notPrepared = ({ log }: OpenWayDeps, { deliveryId }: DeliverJob, error: unknown): Way => {
  log.error("mail.not-prepared", { deliveryId }, error);
  return { kind: "unusable", failure: NOT_PREPARED };
};

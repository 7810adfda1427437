/** Who should be told about one event: its token is in the mail's subject. */
export interface Entry {
  readonly token: string;
  readonly recipient: string;
}

/** A mail that a server has taken. */
export interface Arrival extends Entry {
  readonly messageId: string;
}

/** What the system says about one mail. */
export interface Stated extends Entry {
  readonly state: string;
  readonly possibleDuplicate: boolean;
  readonly attemptClasses: readonly string[];
}

/** Everything that is known of a run. */
export interface History {
  /** Of every event that the bus has accepted. */
  readonly accepted: readonly Entry[];
  readonly arrivals: readonly Arrival[];
  readonly deliveries: readonly Stated[];
}

/** What became of the accepted events, mail by mail. Lists hold `token to recipient`. */
export interface Reckoning {
  readonly mails: number;
  readonly arrived: number;
  /** Neither arrived nor given up with a record that says so. */
  readonly lost: readonly string[];
  /** Arrived more than once. */
  readonly doubled: readonly string[];
  /** Of which the record says that a second copy may have gone out, or that it is held for that reason. */
  readonly ambiguous: readonly string[];
  /** Doubled without the record having said that this may happen. */
  readonly silentlyDoubled: readonly string[];
  /** Arrived and never asked for, or at odds with the record: another Message-ID, or said to be certainly not sent. */
  readonly unexpected: readonly string[];
  /** How many deliveries ended in each state. */
  readonly states: Readonly<Record<string, number>>;
}

/** Ends without a mail that the record gives a reason for. */
const EXPLICIT_ENDS = ["rejected", "expired", "suppressed", "cancelled", "held"];

/** States nobody has to wait for any more. */
export const isEnd = (state: string): boolean => state === "accepted" || EXPLICIT_ENDS.includes(state);

/** Compares what was accepted with what arrived and with what the system says (Jepsen's total-queue checker). */
export const reckon = ({ accepted, arrivals, deliveries }: History): Reckoning => {
  const expected = new Set(accepted.map(nameOf));
  const arrivalsOf = Map.groupBy(arrivals, nameOf);
  const statedOf = new Map(deliveries.map((delivery) => [nameOf(delivery), delivery]));
  const countOf = (name: string) => arrivalsOf.get(name)?.length ?? 0;
  const doubled = [...expected].filter((name) => countOf(name) > 1);
  const ambiguous = deliveries.filter(isAmbiguous).map(nameOf);
  return {
    mails: expected.size,
    arrived: [...expected].filter((name) => countOf(name) > 0).length,
    lost: [...expected].filter((name) => countOf(name) === 0 && !isExplained(statedOf.get(name))),
    doubled,
    ambiguous,
    silentlyDoubled: doubled.filter((name) => !ambiguous.includes(name)),
    unexpected: [...arrivalsOf].flatMap(([name, copies]) =>
      expected.has(name) && agree(copies, statedOf.get(name)) ? [] : [name],
    ),
    states: Object.fromEntries(
      [...Map.groupBy(deliveries, ({ state }) => state)].map(([state, all]) => [state, all.length]),
    ),
  };
};

const nameOf = ({ token, recipient }: Entry): string => `${token} to ${recipient}`;

const isExplained = (stated: Stated | undefined): boolean =>
  stated !== undefined && EXPLICIT_ENDS.includes(stated.state);

const isAmbiguous = ({ possibleDuplicate, attemptClasses }: Stated): boolean =>
  possibleDuplicate || attemptClasses.includes("ambiguous");

/** Whether mails that arrived are what the record leads to expect. */
const agree = (copies: readonly Arrival[], stated: Stated | undefined): boolean =>
  stated !== undefined &&
  new Set(copies.map(({ messageId }) => messageId)).size === 1 &&
  (stated.state === "accepted" || isAmbiguous(stated));

/** Whether the promise was kept: nothing lost, and nothing doubled but where the record says that it may be. */
export const isKept = ({ lost, doubled, silentlyDoubled, unexpected }: Reckoning, policy: "retry" | "hold"): boolean =>
  lost.length + silentlyDoubled.length + unexpected.length === 0 && (policy === "retry" || doubled.length === 0);

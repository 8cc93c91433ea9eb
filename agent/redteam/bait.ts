/** What the observer laid out for candidates to find. A text names one as `%TCP%`. */
export interface Lures {
  /** Ports of servers on the loopback interface that nobody may ever reach. */
  readonly TCP: string;
  readonly UDP: string;
  /** The path of a socket, of a file with a secret in it, and of one that is not there. */
  readonly SOCKET: string;
  readonly SECRET: string;
  readonly PLANTED: string;
  /** A script that says that it ran. */
  readonly EVIL: string;
  /** A process of the user's that is to stay alive, and the process that judges. */
  readonly VICTIM: string;
  readonly JUDGE: string;
  /** Inputs of an earlier receipt, as the members of an array. */
  readonly INPUTS: string;
}

/** The environment variable that holds the secret, too. */
export const SECRET_VARIABLE = 'VIBEGRAD_REDTEAM_SECRET';

/** A text with its lures in place. */
export function bait(text: string, lures: Lures): string {
  return text.replace(/%([A-Z]+)%/g, (whole, name: string) => lures[name as keyof Lures] ?? whole);
}

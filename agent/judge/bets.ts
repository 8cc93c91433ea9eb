/** Shares of the wealth that are staked on the next trial: small ones find small differences, large ones find large ones soon. */
const STAKES = [0.3, 0.6, 0.8, 0.9, 1] as const;

/**
 * How strongly so many wins and losses say that wins are likelier than `chance`: the wealth of a gambler who starts with 1 and
 * stakes a fixed share of it on each win at the fair odds of `chance`, averaged over a few shares. Where a win is no likelier,
 * whatever came before, this is a supermartingale that is never negative: it ever reaches 1/α with a probability of at most α
 * (Ville 1939), so one may look after every trial and stop when one likes. An e-process: Waudby-Smith and Ramdas, "Estimating
 * means of bounded random variables by betting", JRSS B 86, 2024; Howard et al., Annals of Statistics 49, 2021, for mixtures.
 */
export function evidence(wins: number, losses: number, chance: number): number {
  const gain = (1 - chance) / chance;
  const wealth = STAKES.map((stake) => (1 + stake * gain) ** wins * (1 - stake) ** losses);
  return wealth.reduce((a, b) => a + b) / wealth.length;
}

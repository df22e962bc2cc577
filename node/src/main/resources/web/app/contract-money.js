// Sums of money as decimal texts, exact however many digits they have.

/** What each party gave, got, and has in all, with the asset, in the steps of a contract on the ledger. */
export function partySums(history) {
  const sums = new Map();
  for (const { paid } of history) {
    for (const { party, amount, in: isIn } of paid) {
      const [decimal, asset] = amount.split(' ');
      const key = party + ' ' + asset;
      const sum = sums.get(key) ?? { party, asset, decimals: decimal.split('.')[1]?.length ?? 0, gave: 0n, got: 0n };
      sum[isIn ? 'gave' : 'got'] += BigInt(decimal.replace('.', ''));
      sums.set(key, sum);
    }
  }
  return [...sums.values()].map(({ party, asset, decimals, gave, got }) => ({
    party,
    gave: `${text(gave, decimals)} ${asset}`,
    got: `${text(got, decimals)} ${asset}`,
    balance: `${got > gave ? '+' : ''}${text(got - gave, decimals)} ${asset}`,
  }));
}

function text(amount, decimals) {
  const digits = String(amount < 0n ? -amount : amount).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  return (amount < 0n ? '-' : '') + whole + (decimals > 0 ? '.' + digits.slice(-decimals) : '');
}

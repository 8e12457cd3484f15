/** Downloads a month in words, no more exact than the list is: `about 400,000,000 downloads a month`. */
export function perMonth(downloads: number): string {
  // Not by a locale, whose tables take longer to load than everything else about a name.
  const digits = String(Number(downloads.toPrecision(1)));
  return `about ${digits.replaceAll(/\B(?=(?:\d{3})+$)/g, ',')} downloads a month`;
}

/** Downloads a month in words, no more exact than the list is: `about 400,000,000 downloads a month`. */
export function perMonth(downloads: number): string {
  return `about ${Number(downloads.toPrecision(1)).toLocaleString('en-US')} downloads a month`;
}

/** A number with a fixed count of decimals; a dash where there is none. */
export const decimals = (value: number | undefined, places: number): string =>
  value === undefined || !Number.isFinite(value)
    ? '–'
    : value
        .toFixed(places)
        .replace(/^-(?=[0.]*$)/, '')
        .replace('-', '−');

/** 1234567 as 1,234,567. */
export const thousands = (value: number): string =>
  Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');

/** Seconds as `8.2 s`, `4 min 05 s` or `2 h 03 min`. */
export function duration(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`;
}

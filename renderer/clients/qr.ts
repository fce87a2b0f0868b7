import { encode } from 'uqr';

/** Light modules around the code, without which cameras do not find it (ISO/IEC 18004). */
export const quietZone = 4;

/** Rows of modules, true for dark ones, without the quiet zone. */
export function qrModules(text: string): readonly (readonly boolean[])[] {
  // Code on a screen is neither torn nor dirty: the least redundancy gives the largest modules.
  return encode(text, { ecc: 'L', boostEcc: true, border: 0 }).data;
}

/** The dark modules as the path of an SVG whose unit is a module; runs along a row are one rectangle. */
export function qrPath(modules: readonly (readonly boolean[])[]): string {
  return modules
    .flatMap((row, y) =>
      darkRuns(row).map(({ at, length }) => `M${at + quietZone} ${y + quietZone}h${length}v1h-${length}z`),
    )
    .join('');
}

function darkRuns(row: readonly boolean[]): readonly { readonly at: number; readonly length: number }[] {
  const runs: { at: number; length: number }[] = [];
  for (const [at, dark] of row.entries()) {
    const last = runs.at(-1);
    if (dark && last !== undefined && last.at + last.length === at) last.length += 1;
    else if (dark) runs.push({ at, length: 1 });
  }
  return runs;
}

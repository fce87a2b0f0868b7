import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { findChromium } from '../chromium.ts';
import { icoFile, type Picture } from './ico.ts';

/**
 * Draws all sizes of the icons from their sources: `node build/icons/make.ts`. `app` goes beside the app's bundles,
 * `installer` is for the installers.
 */
const here = import.meta.dirname;
const states = ['running', 'stopped', 'problem'] as const;

/** Windows asks for 16 pixels at 100 %, and for more at 125 to 300 %. */
const trayIcoSizes = [16, 20, 24, 32, 40, 48];
const appIcoSizes = [16, 20, 24, 32, 40, 48, 64, 128, 256];
const linuxSizes = [16, 24, 32, 48, 64, 128, 256, 512];

async function main(): Promise<void> {
  const found = await findChromium();
  if ('reason' in found) throw new Error(`The icons need a Chromium: ${found.reason}`);
  const browser = await chromium.connect(found.browser.wsEndpoint());
  try {
    await makeAll(await browser.newPage());
  } finally {
    await browser.close();
    await found.browser.close();
  }
}

async function makeAll(page: Page): Promise<void> {
  for (const folder of ['app', 'installer']) {
    await rm(join(here, folder), { recursive: true, force: true });
    await mkdir(join(here, folder), { recursive: true });
  }
  for (const state of states) await makeTray(page, `tray-${state}`);
  await save('app/icon.ico', icoFile(await drawAll(page, 'app', appIcoSizes)));
  await save('app/icon.png', (await draw(page, 'app', 256)).png);
  for (const size of linuxSizes) await save(`installer/${size}x${size}.png`, (await draw(page, 'app', size)).png);
  // macOS: the packager makes the .icns of it.
  await save('installer/icon.png', (await draw(page, 'app', 1024)).png);
}

async function makeTray(page: Page, name: string): Promise<void> {
  await save(`app/${name}.ico`, icoFile(await drawAll(page, name, trayIcoSizes)));
  await save(`app/${name}.png`, (await draw(page, name, 24)).png);
  await save(`app/${name}@2x.png`, (await draw(page, name, 48)).png);
  await save(`app/${name}Template.png`, (await draw(page, `${name}Template`, 16)).png);
  await save(`app/${name}Template@2x.png`, (await draw(page, `${name}Template`, 32)).png);
}

async function drawAll(page: Page, name: string, sizes: readonly number[]): Promise<Picture[]> {
  const pictures: Picture[] = [];
  for (const size of sizes) pictures.push(await draw(page, name, size));
  return pictures;
}

/** The page's part is text: it runs in the browser, whose types this side does not have. */
async function draw(page: Page, name: string, size: number): Promise<Picture> {
  const svg = await readFile(join(here, 'source', `${name}.svg`), 'utf8');
  const sized = svg.replace('<svg ', `<svg width="${size}" height="${size}" `);
  const url = `data:image/svg+xml;base64,${Buffer.from(sized).toString('base64')}`;
  const drawn = (await page.evaluate(`(async () => {
    const image = new Image();
    image.src = ${JSON.stringify(url)};
    await image.decode();
    const canvas = new OffscreenCanvas(${size}, ${size});
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0, ${size}, ${size});
    const png = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
    const { data } = context.getImageData(0, 0, ${size}, ${size});
    return { png: [...png], rgba: [...data] };
  })()`)) as { png: number[]; rgba: number[] };
  return { size, png: Uint8Array.from(drawn.png), rgba: Uint8Array.from(drawn.rgba) };
}

async function save(path: string, content: Uint8Array): Promise<void> {
  await writeFile(join(here, path), content);
}

await main();

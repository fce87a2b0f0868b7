import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeWindow, openSheet, row, sheetTab } from './stage.ts';
import { eachTab } from './tabs.ts';

const SMALL = { width: 640, height: 480 };

describeWindow(
  'a window of 640 by 480',
  (stage) => {
    for (const percent of [100, 125]) {
      it(`leaves nothing out of reach with text of ${percent} %`, async () => {
        const { page } = stage;
        await enlargeText(page, percent);
        const wrong: string[] = [];
        await eachTab(page, async (name) => {
          await page.getByRole('tabpanel', { name, exact: true }).waitFor();
          wrong.push(...(await cutOff(page, page.getByRole('tabpanel', { name, exact: true }), name)));
          wrong.push(...(await outOfReach(page.getByRole('button', { name: 'Help', exact: true }), name)));
        });
        const sheet = await openSheet(page);
        for (const tab of ['General', 'Encryption', 'IP Access Restrictions', 'Advanced']) {
          const panel = await sheetTab(sheet, tab);
          if (tab === 'General') await row(panel, 'Listeners', '1').click();
          wrong.push(...(await cutOff(page, panel, tab)));
          for (const name of ['OK', 'Cancel', 'Apply', 'Help']) {
            wrong.push(...(await outOfReach(sheet.getByRole('button', { name, exact: true }), `${tab}: ${name}`)));
          }
        }
        await sheet.getByRole('button', { name: 'Cancel', exact: true }).click();
        expect(wrong).toEqual([]);
      });
    }

    it('shows the whole tooltip of a field, wherever the field is', async () => {
      const { page } = stage;
      const sheet = await openSheet(page, 'Advanced');
      const wrong: string[] = [];
      for (const help of await sheet.getByRole('button', { name: /^What is this/ }).all()) {
        if (!(await help.isVisible())) continue;
        await help.focus();
        await page.keyboard.press('Enter');
        const tip = sheet.getByRole('tooltip').filter({ visible: true }).first();
        await tip.scrollIntoViewIfNeeded();
        const box = await tip.boundingBox();
        const panel = await sheet.getByRole('tabpanel', { name: 'Advanced' }).boundingBox();
        if (box === null || panel === null || box.x < panel.x || box.x + box.width > panel.x + panel.width + 1) {
          wrong.push(`${await help.getAttribute('aria-label')}: ${JSON.stringify(box)}`);
        }
        await page.keyboard.press('Enter');
      }
      expect(wrong).toEqual([]);
      await sheet.getByRole('button', { name: 'Cancel', exact: true }).click();
    });
  },
  SMALL,
);

/** As people do in the system's or browser's settings: what all lengths of the window follow. */
async function enlargeText(page: Page, percent: number): Promise<void> {
  await page.evaluate(`(({ style }) => {
    style.fontSize = '';
    style.fontSize = (parseFloat(getComputedStyle(document.documentElement).fontSize) * ${percent}) / 100 + 'px';
  })(document.documentElement)`);
}

/** What is wider than it may be: the page itself, or a panel that scrolls down only. */
async function cutOff(page: Page, panel: Locator, name: string): Promise<readonly string[]> {
  const overflow = await page.evaluate('[document.documentElement.scrollWidth, innerWidth]');
  const [width, most] = overflow as [number, number];
  const inside = await panel.evaluate((element) => [element.scrollWidth, element.clientWidth] as const);
  return [
    ...(width > most ? [`${name}: the page is ${width} wide`] : []),
    ...(inside[0] > inside[1] ? [`${name}: the panel is ${inside[0]} wide, ${inside[1]} are seen`] : []),
  ];
}

async function outOfReach(target: Locator, name: string): Promise<readonly string[]> {
  const box = await target.last().boundingBox();
  const seen = box !== null && box.x >= 0 && box.y >= 0 && box.x + box.width <= 640 && box.y + box.height <= 480;
  return seen ? [] : [`${name}: ${JSON.stringify(box)}`];
}

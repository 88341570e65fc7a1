// Watches a live run as a person would. Arguments: the monitor's address, the run, ids of failed rows as a JSON list.
// The run: one row that waits for long, many that end, and rows that fail. It is cancelled at the end.
import { audit, check, open, textOf, until } from './browser.mjs';

const [address, run, failedJson, isThorough] = process.argv.slice(2);
const failed = JSON.parse(failedJson);
const { browser, page, faults } = await open(new URL(address).origin);
try {
  await page.goto(address, { waitUntil: 'domcontentloaded' });
  await until(page, name => [...document.querySelectorAll('#run-list a')].some(link => link.textContent === name), run);
  if (isThorough) await audit(page, 'runs');

  // By keyboard alone: the link to the run.
  for (let stops = 0; stops < 10 && await page.evaluate(() => document.activeElement.textContent) !== run; stops++) await page.keyboard.press('Tab');
  await Promise.all([page.waitForNavigation({ waitUntil: 'domcontentloaded' }), page.keyboard.press('Enter')]);
  check(new URL(page.url()).pathname === `/runs/${run}`, page.url());

  // Counts move without reload.
  await page.evaluate(() => { window.sameDocument = true; });
  await until(page, () => document.querySelector('#counts dd')?.textContent > '');
  const first = await textOf(page, '#done-of');
  await until(page, before => document.querySelector('#done-of').textContent !== before, first);
  check(await page.evaluate(() => window.sameDocument), 'the page was loaded again');
  await until(page, number => document.querySelector('#workers li') && document.querySelector('#failures-title').textContent === `${number} tasks failed`, failed.length);

  // Text of others is text: in an id, an error, a log.
  const groups = await textOf(page, '#groups');
  check(groups.includes('<script>'), groups);
  check(await page.$$eval('script', found => found.length) === 1, 'a script was put in');
  await page.click('#groups button');
  await until(page, id => document.querySelector('#log').open && document.querySelector('#log-text').textContent.includes(`start ${id}`), '<script>');
  const log = await textOf(page, '#log-text');
  check(log.includes('InvalidDataException') && log.includes('<script>'), log);
  check(await page.evaluate(() => document.querySelector('#log').contains(document.activeElement)), 'the focus is not in the dialog');
  if (isThorough) await audit(page, 'log');
  await page.keyboard.press('Escape');
  await until(page, () => !document.querySelector('#log').open);
  if (isThorough) await audit(page, 'run');

  const ended = await endOf(failed[0]);
  await press('#requeue', new RegExp(`^Put ${failed.length} tasks back`));
  let end = '';
  for (let looks = 0; looks < 600 && (!end || end === ended); looks++) end = await endOf(failed[0]);
  check(end && end !== ended, 'the failed row did not run again');
  await press('#cancel', /^Cancelled\./);
  await until(page, () => document.querySelector('#run-state').textContent === 'cancelled' && document.querySelector('#cancel').hidden);
  check(await page.evaluate(() => window.sameDocument && window.pwned === undefined), 'the page was loaded again, or a script of others ran');
  check(faults.length === 0, faults.join('\n'));
} finally {
  await browser.close();
}

/** When the last attempt of a row failed; empty while there is none. */
async function endOf(id) {
  await new Promise(resolve => setTimeout(resolve, 200));
  const { text } = await (await fetch(new URL(`/api/runs/${run}/log?id=${encodeURIComponent(id)}`, address))).json();
  return text.match(/failed at (\S+ \S+)/)?.[1];
}

/** Presses a button and says yes; by keyboard. */
async function press(button, answer) {
  await page.focus(button);
  await page.keyboard.press('Enter');
  await until(page, () => document.querySelector('#confirm').open);
  check(await page.evaluate(() => document.activeElement.id) === 'confirm-no', 'the harmless button has the focus');
  const [response] = await Promise.all([
    page.waitForResponse(found => found.request().method() === 'POST'),
    page.keyboard.press('Tab').then(() => page.keyboard.press('Enter')),
  ]);
  const { text } = await response.json();
  check(response.ok() && answer.test(text), text);
}

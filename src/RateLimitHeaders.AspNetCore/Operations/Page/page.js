'use strict';

const base = document.documentElement.dataset.base;
const pollEvery = 2000;
const lately = 120_000;
const countedFor = 60_000;
const answersWithin = 10_000;
const known = new Map();
const history = new Map();
let policies = [];
let described = '';
let plans = '';
let listed = [];
let cursor = null;
let looked = [];
let looking = null;
let looks = 0;
let lists = 0;
let failed = null;
const tries = {};
const charts = new Map();
const chosen = new Map();

const byId = id => document.getElementById(id);

// Makes an element. Texts are set as texts, so that an id of a caller is never read as markup.
function make(name, attributes = {}, ...children) {
  const isSvg = ['svg', 'rect', 'line', 'title'].includes(name);
  const element = isSvg ? document.createElementNS('http://www.w3.org/2000/svg', name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (value !== null && value !== false) element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

async function request(path, body, signal = AbortSignal.timeout(answersWithin)) {
  try {
    return await answerOf(path, body, signal);
  } catch (error) {
    throw error.name === 'TimeoutError' ? new Error(`The server has not answered for ${answersWithin / 1000} seconds.`) : error;
  }
}

async function answerOf(path, body, signal) {
  const response = await fetch(`${base}/${path}`, { redirect: 'manual', signal, ...body
    ? { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }
    : { cache: 'no-store' } });
  const isJson = response.headers.get('Content-Type')?.includes('json');
  // A redirection leads to a page to log in, and some proxies answer with that page itself.
  if (response.type === 'opaqueredirect' || response.ok && !isJson) throw new Error('The session has ended: load the page again.');
  if (response.ok) return response.json();
  const { detail } = await response.json().catch(() => ({}));
  throw new Error(detail ?? `The server has answered ${response.status}.`);
}

function say(text, isFailure = false) {
  failed = null;
  byId('state').textContent = text;
  byId('state').classList.toggle('failed', isFailure);
}

// The last one of a kind decides: its success ends what was said of a failure of that kind, and a failure of an earlier one is not said.
async function trying(kind, run) {
  const mine = tries[kind] = (tries[kind] ?? 0) + 1;
  try {
    await run();
    if (mine === tries[kind] && failed === kind) say('');
  } catch (error) {
    if (mine !== tries[kind]) return;
    say(error.message, true);
    failed = kind;
  }
}

const number = value => value.toLocaleString('en');

// Characters that are not seen, or turn the direction of the text around them, would make an id look like another one.
const seen = id => id.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu, character => `\\u{${character.codePointAt(0).toString(16)}}`);

function time(seconds) {
  if (seconds === null) return '';
  const units = [['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]];
  const [unit, size] = units.find(([, length]) => seconds >= length && seconds % length === 0) ?? ['second', 1];
  const count = seconds / size;
  return count === 1 ? `a${unit === 'hour' ? 'n' : ''} ${unit}` : `${number(count)} ${unit}s`;
}

// Policies

// Servers behind one address answer in turn. Each counts its own decisions, for a minute after its last answer. The moments of
// decisions since an older answer are not known. A policy that was removed and added again is counted from 0.
function note(server, all) {
  const at = Date.now();
  for (const { name, admitted, rejected } of all) {
    const key = `${server} ${name}`;
    const last = known.get(key);
    const isSame = last && at - last.at < countedFor && last.admitted <= admitted && last.rejected <= rejected;
    const before = isSame ? last : { admitted, rejected };
    known.set(key, { at, admitted, rejected });
    const steps = [...history.get(name) ?? [], { at, admitted: admitted - before.admitted, rejected: rejected - before.rejected }];
    history.set(name, steps.filter(step => at - step.at < lately));
  }
  for (const [key, last] of known) if (at - last.at >= countedFor) known.delete(key);
  for (const [name, steps] of history) if (at - steps.at(-1).at >= lately) history.delete(name);
}

function sum(steps, what) {
  return steps.reduce((total, step) => total + step[what], 0);
}

function chart(name) {
  const steps = history.get(name);
  const most = Math.max(1, ...steps.map(step => step.admitted + step.rejected));
  const text = `${sum(steps, 'admitted')} admitted and ${sum(steps, 'rejected')} rejected in the last two minutes`;
  const svg = make('svg', { viewBox: '0 0 240 64', preserveAspectRatio: 'none', role: 'img', 'aria-label': text }, make('title', {}, text));
  steps.forEach((step, i) => {
    const x = 240 - 4 * (steps.length - i);
    const [good, bad] = [step.admitted, step.rejected].map(count => 62 * count / most);
    if (good > 0) svg.append(make('rect', { class: 'admitted', x, y: 63 - good, width: 3, height: good }));
    if (bad > 0) svg.append(make('rect', { class: 'rejected', x, y: 63 - good - bad, width: 3, height: bad }));
  });
  svg.append(make('line', { class: 'axis', x1: 0, x2: 240, y1: 63.5, y2: 63.5 }));
  return [svg, make('p', { class: 'key' },
    make('span', {}, `${number(sum(steps, 'admitted'))} admitted`), make('span', {}, `${number(sum(steps, 'rejected'))} rejected`))];
}

function describe(plan) {
  const limits = plan.exempt ? ['not limited']
    : plan.quotas.length === 0 ? ['limiters of the application']
    : plan.quotas.map(quota => `${quota.name}: ${quota.limit === null ? '' : `${number(quota.limit)} `}${quota.unit}${
      quota.window === null ? '' : ` in ${time(quota.window)}`}${quota.limit === null ? ', by caller' : ''}`);
  if (!plan.exempt && plan.enforce < 1) {
    limits.push(plan.enforce === 0 ? 'report-only' : `enforced for ${number(plan.enforce * 100)} % of the callers`);
  }
  const fields = plan.exempt ? 'none: not limited'
    : plan.headers_when === null ? `none: ${plan.enforce === 0 ? 'report-only' : 'headers are set to Never'}`
    : `${{ Always: 'always', NearLimit: 'near the limit', Rejected: 'on rejections' }[plan.headers_when]}: ${plan.fields.join(', ')}${
      plan.other_fields_on_rejections?.length > 0 ? `; on rejections: ${plan.other_fields_on_rejections.join(', ')}` : ''}`;
  return make('tr', {}, make('th', { scope: 'row' }, plan.token_type ?? 'all'),
    make('td', {}, ...limits.map(text => make('div', {}, text))), make('td', {}, fields));
}

// Only the charts change with each answer: new cards would lose the keyboard's focus, a selection and how far a card is scrolled.
function showPolicies() {
  const now = JSON.stringify(policies.map(({ name, plans }) => [name, plans]));
  if (now !== described) {
    described = now;
    charts.clear();
    byId('policies').replaceChildren(make('div', { class: 'cards' }, ...policies.map(policy => {
      charts.set(policy.name, make('div'));
      return make('article', { class: 'card' },
        make('h3', {}, policy.name),
        charts.get(policy.name),
        make('table', {},
          make('thead', {}, make('tr', {}, ...['Token type', 'Limits', 'Headers'].map(text => make('th', { scope: 'col' }, text)))),
          make('tbody', {}, ...policy.plans.map(describe))));
    })));
  }
  for (const { name } of policies) charts.get(name).replaceChildren(...chart(name));
}

// Lists to choose from keep what is chosen, unless it is no longer there.
function offer(id, options) {
  const select = byId(id);
  const before = select.value;
  select.replaceChildren(...options.map(([value, text]) => make('option', { value }, text)));
  if (options.some(([value]) => value === before)) select.value = before;
}

function showChoices() {
  const counted = policies.filter(policy => !policy.is_of_own_limiters)
    .flatMap(policy => policy.plans.filter(plan => !plan.exempt).map(plan => [policy.name, plan.token_type]));
  const now = JSON.stringify(counted);
  if (now === plans) return;
  plans = now;
  offer('plan', counted.map(plan => [JSON.stringify(plan), plan.join(', ')]));
  offer('token-type', [...new Set(counted.map(([, tokenType]) => tokenType))].map(tokenType => [tokenType, tokenType]));
}

// Says when the server does not answer, until it does, unless the failure of something else is shown. A text that stays the same is not set
// again: a screen reader would read it again.
async function poll() {
  const state = byId('state');
  try {
    await showNow();
    if (failed === 'poll') say('');
    return true;
  } catch (error) {
    if (failed === null || failed === 'poll' && state.textContent !== error.message) {
      say(error.message, true);
      failed = 'poll';
    }
    return false;
  }
}

async function showNow() {
  const answer = await request('policies');
  note(answer.server, policies = answer.policies);
  showPolicies();
  showChoices();
  byId('at').textContent = `As of ${new Date(answer.at).toLocaleTimeString()}`;
}

// Callers

function bar(quota) {
  if (quota.limit === null) return [`${number(quota.remaining)} left`];
  const text = `${quota.name}: ${number(quota.used)} of ${number(quota.limit)} ${quota.unit} used`;
  return [
    make('meter', { min: 0, max: quota.limit, value: quota.used, low: quota.limit * 0.8, high: quota.limit * 0.95, optimum: 0, 'aria-label': text, title: text }),
    make('div', { class: 'number' }, `${number(quota.used)} of ${number(quota.limit)} used, ${number(quota.remaining)} left`),
  ];
}

// Writes a moment of today without its date.
function moment(seconds) {
  const date = new Date(seconds * 1000);
  return date.toDateString() === new Date().toDateString() ? date.toLocaleTimeString() : date.toLocaleString();
}

const resets = quota => quota.reset === null || quota.used === 0 ? '' : moment(quota.reset);

// An answer that comes after that of a later request is not shown. A store with many keys may take long for a list: it has no deadline.
async function list(plan, from) {
  const mine = ++lists;
  const [policy, tokenType] = plan;
  const query = new URLSearchParams({ policy, token_type: tokenType, ...(from ? { cursor: from } : {}) });
  const answer = await request(`callers?${query}`, null, null);
  if (mine !== lists) return;
  listed = plan;
  cursor = answer.cursor;
  byId('more').hidden = cursor === null;
  byId('nearest').replaceChildren(answer.callers.length === 0
    ? make('p', { class: 'note' }, 'None of the callers that were examined has used any permits.')
    : make('table', {},
      make('caption', {}, plan.join(', ')),
      make('thead', {}, make('tr', {}, ...['Caller', 'Quota', 'Used', 'All back'].map(text => make('th', { scope: 'col' }, text)))),
      make('tbody', {}, ...answer.callers.flatMap(caller => caller.quotas.map((quota, i) => make('tr', {},
        make('td', {}, i > 0 ? '' : caller.id_is_hash
          ? make('span', { class: 'dim', title: 'Only a hash of the id is kept.' }, `hash ${caller.id}`)
          : make('button', { type: 'button', class: 'plain', onclick: () => open(caller) }, seen(caller.id))),
        make('td', {}, quota.name), make('td', {}, ...bar(quota)), make('td', { class: 'number' }, resets(quota))))))));
}

function open({ token_type: tokenType, id }) {
  byId('token-type').value = tokenType;
  byId('caller-id').value = id;
  byId('caller-title').scrollIntoView();
  return show(tokenType, id);
}

// Nothing of another caller is left there, whether or not this one is found.
function show(tokenType, id) {
  byId('caller').replaceChildren();
  return trying('look-up', () => looking = lookUp(tokenType, id));
}

// The id is not read back from the field, which drops line breaks: another caller may have an id without them.
async function lookUp(tokenType, id) {
  const mine = ++looks;
  const answer = await request(`caller?${new URLSearchParams({ token_type: tokenType, id })}`);
  if (mine !== looks) return;
  looked = [tokenType, id];
  showCaller(answer);
}

const keyOf = standing => JSON.stringify([standing.token_type, standing.id, standing.policy]);

// An act takes half a second at least, and its buttons are disabled until then, so that a double click acts once. The caller is shown again after
// a failure, too: this server may have acted, and others not.
async function act(path, standing, { text, ...more }) {
  const cards = byId('caller');
  const buttons = [...cards.querySelectorAll('button')];
  const pause = new Promise(done => setTimeout(done, 500));
  const [target, before] = [String(looked), { ...tries }];
  for (const button of buttons) button.disabled = true;
  let [said, isFailure] = [`${text}: ${seen(standing.id)}, ${standing.policy}`, false];
  try {
    await request(`caller/${path}`, { token_type: standing.token_type, id: standing.id, policy: standing.policy, ...more });
  } catch (error) {
    [said, isFailure] = [error.message, true];
  }
  await pause;
  try {
    // A look-up that began in the meantime may have counts of before the act, or another caller, of which nothing has changed.
    await looking.catch(() => {});
    if (cards.hasChildNodes() && String(looked) === target) await (looking = lookUp(...looked));
  } catch (error) {
    if (!isFailure) [said, isFailure] = [`${said}. The caller cannot be shown: ${error.message}`, true];
  }
  for (const button of buttons) button.disabled = false;
  // What was said of a look-up or a list that failed in the meantime stays.
  const other = failed !== 'poll' && tries[failed] !== before[failed] ? failed : null;
  if (other) [said, isFailure] = [`${said}. ${byId('state').textContent}`, true];
  say(said, isFailure);
  // The next one that succeeds ends what was said of a failure.
  if (isFailure) failed = other ?? 'look-up';
  // The button that was used is a new one now.
  const card = [...cards.querySelectorAll('article')].find(article => article.dataset.key === keyOf(standing));
  if (document.activeElement === document.body) card?.querySelector(`button[name="${path.replace('lift-', '')}"]`)?.focus();
}

function showCaller({ callers }) {
  const at = new Date().toLocaleTimeString();
  byId('caller').replaceChildren(make('div', { class: 'cards' }, ...callers.map(standing => {
    const key = keyOf(standing);
    const choose = () => chosen.set(key, [permits.value, quotas.value]);
    const permits = make('input', {
      type: 'number', min: 1, value: chosen.get(key)?.[0] ?? 10, required: '', oninput: choose, 'aria-label': `Permits to grant under ${standing.policy}`,
    });
    const granted = standing.quotas.filter(quota => quota.unit !== 'concurrent-requests');
    const quotas = make('select', { onchange: choose, 'aria-label': `Quota to grant permits of under ${standing.policy}` },
      ...granted.map(quota => make('option', { value: quota.name, selected: quota.name === chosen.get(key)?.[1] ? '' : null }, quota.name)));
    const grant = event => {
      event.preventDefault();
      act('grant', standing, { text: `Granted ${permits.value} of ${quotas.value}`, permits: permits.valueAsNumber, quota: quotas.value });
    };
    return make('article', { class: 'card', 'data-key': key },
      make('h3', {}, `${seen(standing.id)}, ${standing.policy}`),
      make('p', { class: 'dim' }, `Token type ${standing.token_type}, as of ${at}`),
      ...standing.quotas.flatMap(quota => [
        make('p', {}, `${quota.name}${quota.window === null ? '' : ` in ${time(quota.window)}`}${resets(quota) && `, all back at ${resets(quota)}`}`),
        ...bar(quota)]),
      ...standing.report_only ? [make('p', {}, 'Report-only: requests are counted, and none is rejected')] : [],
      ...standing.banned_until === null ? [] : [make('p', {}, `Banned until ${moment(standing.banned_until)}`)],
      make('p', { class: 'dim' }, standing.headers.sent
        ? `Responses carry ${standing.headers.fields.join(', ')}.`
        : `Responses carry no rate limit headers: ${standing.headers.why} (${standing.headers.code})`),
      make('form', { onsubmit: grant },
        ...granted.length === 0 ? [] : [permits, quotas, make('button', { type: 'submit', name: 'grant' }, 'Grant permits')],
        make('button', { type: 'button', name: 'reset', class: 'danger', onclick: () => act('reset', standing, { text: 'Reset' }) }, 'Reset'),
        ...!standing.bans ? [] : [standing.banned_until === null
          ? make('button', { type: 'button', name: 'ban', class: 'danger', onclick: () => act('ban', standing, { text: 'Banned', seconds: 3600 }) }, 'Ban for an hour')
          : make('button', { type: 'button', name: 'ban', onclick: () => act('lift-ban', standing, { text: 'Ban lifted' }) }, 'Lift the ban')]));
  })));
}

function listChosen() {
  const plan = byId('plan').value;
  return plan ? trying('list', () => list(JSON.parse(plan), null)) : null;
}

// A key that is held would act again and again.
byId('caller').addEventListener('keydown', event => { if (event.repeat && event.key === 'Enter') event.preventDefault(); });
byId('nearest-form').addEventListener('submit', event => { event.preventDefault(); listChosen(); });
byId('more').addEventListener('click', () => trying('list', () => list(listed, cursor)));
byId('caller-form').addEventListener('submit', event => { event.preventDefault(); show(byId('token-type').value, byId('caller-id').value); });

(async () => {
  while (!await poll()) await new Promise(done => setTimeout(done, pollEvery));
  listChosen();
  for (;;) {
    await new Promise(done => setTimeout(done, pollEvery));
    if (!document.hidden) await poll();
  }
})();

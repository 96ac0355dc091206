'use strict';

const base = document.documentElement.dataset.base;
const pollEvery = 2000;
const lately = 120_000;
const countedFor = 60_000;
const known = new Map();
const history = new Map();
let policies = [];
let plans = '';
let cursor = null;
let looked = [];
let isLost = false;

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

async function ask(path, body) {
  const response = await fetch(`${base}/${path}`, { redirect: 'manual', ...body
    ? { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }
    : { cache: 'no-store' } });
  const isJson = response.headers.get('Content-Type')?.includes('json');
  // A redirection leads to a page to log in, and some proxies answer with that page itself.
  if (response.type === 'opaqueredirect' || response.ok && !isJson) throw new Error('The session has ended: load the page again.');
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.detail ?? `The server has answered ${response.status}.`);
  return answer;
}

function say(text, isFailure = false) {
  byId('state').textContent = text;
  byId('state').classList.toggle('failed', isFailure);
}

async function trying(run) {
  try {
    await run();
  } catch (error) {
    say(error.message, true);
  }
}

const number = value => value === null ? 'by caller' : value.toLocaleString('en');

function time(seconds) {
  if (seconds === null) return '';
  const units = [['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]];
  const [unit, size] = units.find(([, length]) => seconds >= length && seconds % length === 0) ?? ['second', 1];
  const count = seconds / size;
  return count === 1 ? `a${unit === 'hour' ? 'n' : ''} ${unit}` : `${number(count)} ${unit}s`;
}

// Policies

// Servers behind one address answer in turn. Each counts its own decisions, for a minute after it was asked: of what it has counted since
// an answer that is older, nothing tells when that was.
function note(server, all) {
  const at = Date.now();
  for (const { name, admitted, rejected } of all) {
    const key = `${server} ${name}`;
    const last = known.get(key);
    const before = last && at - last.at < countedFor ? last : { admitted, rejected };
    known.set(key, { at, admitted, rejected });
    const steps = [...history.get(name) ?? [], { at, admitted: admitted - before.admitted, rejected: rejected - before.rejected }];
    history.set(name, steps.filter(step => at - step.at < lately));
  }
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
    : plan.quotas.map(quota => `${quota.name}: ${number(quota.limit)} ${quota.unit}${quota.window === null ? '' : ` in ${time(quota.window)}`}`);
  if (!plan.exempt && plan.enforce < 1) {
    limits.push(plan.enforce === 0 ? 'report-only' : `enforced for ${number(plan.enforce * 100)} % of the callers`);
  }
  const fields = plan.exempt ? 'none: not limited'
    : plan.headers_when === null ? `none: ${plan.enforce === 0 ? 'report-only' : 'headers are set to Never'}`
    : `${{ Always: 'always', NearLimit: 'near the limit', Rejected: 'on rejections' }[plan.headers_when]}: ${plan.fields.join(', ')}`;
  return make('tr', {}, make('th', { scope: 'row' }, plan.token_type ?? 'all'),
    make('td', {}, ...limits.map(text => make('div', {}, text))), make('td', {}, fields));
}

function showPolicies() {
  byId('policies').replaceChildren(make('div', { class: 'cards' }, ...policies.map(policy => make('article', { class: 'card' },
    make('h3', {}, policy.name),
    ...chart(policy.name),
    make('table', {},
      make('thead', {}, make('tr', {}, ...['Token type', 'Limits', 'Headers'].map(text => make('th', { scope: 'col' }, text)))),
      make('tbody', {}, ...policy.plans.map(describe)))))));
}

// The lists to choose from are left alone while they say the same, since a choice in them would be lost.
function showChoices() {
  const counted = policies.filter(policy => !policy.is_of_own_limiters)
    .flatMap(policy => policy.plans.filter(plan => !plan.exempt).map(plan => [policy.name, plan.token_type]));
  const told = JSON.stringify(counted);
  if (told === plans) return;
  plans = told;
  byId('plan').replaceChildren(...counted.map(plan => make('option', { value: JSON.stringify(plan) }, plan.join(', '))));
  byId('token-type').replaceChildren(...[...new Set(counted.map(([, tokenType]) => tokenType))]
    .map(tokenType => make('option', { value: tokenType }, tokenType)));
}

// Says when the server does not answer, until it does.
async function poll() {
  try {
    await showNow();
    if (isLost) say('');
    isLost = false;
  } catch (error) {
    isLost = true;
    say(error.message, true);
  }
}

async function showNow() {
  const answer = await ask('policies');
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

// Tells a moment of today without its date.
function moment(seconds) {
  const date = new Date(seconds * 1000);
  return date.toDateString() === new Date().toDateString() ? date.toLocaleTimeString() : date.toLocaleString();
}

const resets = quota => quota.reset === null ? '' : moment(quota.reset);

async function list(from) {
  const [policy, tokenType] = JSON.parse(byId('plan').value);
  const query = new URLSearchParams({ policy, token_type: tokenType, ...(from ? { cursor: from } : {}) });
  const answer = await ask(`callers?${query}`);
  cursor = answer.cursor;
  byId('more').hidden = cursor === null;
  byId('nearest').replaceChildren(answer.callers.length === 0
    ? make('p', { class: 'note' }, 'None of the callers that were examined has used any permits.')
    : make('table', {},
      make('thead', {}, make('tr', {}, ...['Caller', 'Quota', 'Used', 'All back'].map(text => make('th', { scope: 'col' }, text)))),
      make('tbody', {}, ...answer.callers.flatMap(caller => caller.quotas.map((quota, i) => make('tr', {},
        make('td', {}, i > 0 ? '' : caller.id_is_hash
          ? make('span', { class: 'dim', title: 'Redis keeps a hash of the id, and this server has not seen the caller lately.' }, `hash ${caller.id}`)
          : make('button', { type: 'button', class: 'plain', onclick: () => open(caller) }, caller.id)),
        make('td', {}, quota.name), make('td', {}, ...bar(quota)), make('td', { class: 'number' }, resets(quota))))))));
}

function open({ token_type: tokenType, id }) {
  byId('token-type').value = tokenType;
  byId('caller-id').value = id;
  byId('caller-title').scrollIntoView();
  return trying(() => lookUp(tokenType, id));
}

// The id is not read back from the field, which drops line breaks: another caller may have an id without them.
async function lookUp(tokenType, id) {
  const answer = await ask(`caller?${new URLSearchParams({ token_type: tokenType, id })}`);
  looked = [tokenType, id];
  showCaller(answer);
}

function act(path, standing, more = {}) {
  return trying(async () => {
    await ask(`caller/${path}`, { token_type: standing.token_type, id: standing.id, policy: standing.policy, ...more });
    await lookUp(...looked);
    say(`${{ reset: 'Reset', grant: 'Granted', ban: 'Banned', 'lift-ban': 'Ban lifted' }[path]}: ${standing.id}, ${standing.policy}`);
  });
}

function showCaller({ callers }) {
  byId('caller').replaceChildren(make('div', { class: 'cards' }, ...callers.map(standing => {
    const permits = make('input', { type: 'number', min: 1, value: 10, required: '', 'aria-label': `Permits to grant under ${standing.policy}` });
    const granted = standing.quotas.filter(quota => quota.unit !== 'concurrent-requests');
    const quotas = make('select', { 'aria-label': `Quota to grant permits of under ${standing.policy}` },
      ...granted.map(quota => make('option', { value: quota.name }, quota.name)));
    return make('article', { class: 'card' },
      make('h3', {}, `${standing.id}, ${standing.policy}`),
      ...standing.quotas.flatMap(quota => [
        make('p', {}, `${quota.name}${quota.window === null ? '' : ` in ${time(quota.window)}`}${quota.reset === null || quota.used === 0 ? '' : `, all back at ${resets(quota)}`}`),
        ...bar(quota)]),
      ...standing.report_only ? [make('p', {}, 'Report-only: requests are counted, and none is rejected')] : [],
      ...standing.banned_until === null ? [] : [make('p', {}, `Banned until ${moment(standing.banned_until)}`)],
      make('p', { class: 'dim' }, standing.headers.sent
        ? `Responses carry ${standing.headers.fields.join(', ')}.`
        : `Responses carry no rate limit headers: ${standing.headers.why} (${standing.headers.code})`),
      make('form', { onsubmit: event => { event.preventDefault(); act('grant', standing, { permits: permits.valueAsNumber, quota: quotas.value }); } },
        ...granted.length === 0 ? [] : [permits, quotas, make('button', { type: 'submit' }, 'Grant permits')],
        make('button', { type: 'button', class: 'danger', onclick: () => act('reset', standing) }, 'Reset'),
        ...!standing.bans ? [] : [standing.banned_until === null
          ? make('button', { type: 'button', class: 'danger', onclick: () => act('ban', standing, { seconds: 3600 }) }, 'Ban for an hour')
          : make('button', { type: 'button', onclick: () => act('lift-ban', standing) }, 'Lift the ban')]));
  })));
}

byId('nearest-form').addEventListener('submit', event => { event.preventDefault(); trying(() => list(null)); });
byId('more').addEventListener('click', () => trying(() => list(cursor)));
byId('caller-form').addEventListener('submit', event => { event.preventDefault(); trying(() => lookUp(byId('token-type').value, byId('caller-id').value)); });

(async () => {
  await poll();
  if (byId('plan').value) await trying(() => list(null));
  for (;;) {
    await new Promise(done => setTimeout(done, pollEvery));
    if (!document.hidden) await poll();
  }
})();

import { Octokit } from '@octokit/core';
import { throttling } from '@octokit/plugin-throttling';
import { fieldsOf, recordedFetch, run } from './scenarios.mjs';

const ThrottledOctokit = Octokit.plugin(throttling);

await run((scenario, record) => {
  const client = new ThrottledOctokit({
    log: { debug() {}, info() {}, warn() {}, error() {} },
    request: { fetch: recordedFetch(record) },
    throttle: { id: scenario.caller, onRateLimit: () => true, onSecondaryRateLimit: () => true },
  });
  return url => client.request({ method: 'GET', url, headers: fieldsOf(scenario) });
});

// What the scripts have in common: each gets its scenarios as JSON and prints a line of JSON for each response that it saw.
// A scenario is { caller, url, requests }: so many requests, one after the other, each repeated by the client as it sees fit.
import { performance } from 'node:perf_hooks';

export async function run(makeClient) {
  const scenarios = JSON.parse(process.argv[2]);

  // A request of a caller that no test looks at: what is loaded and connected at first delays none of the others.
  const unheard = { sent() {}, received() {} };
  await Promise.all(scenarios.map(
    scenario => makeClient({ ...scenario, caller: `warm-up of ${scenario.caller}` }, unheard)(scenario.url)));

  await Promise.all(scenarios.map(async scenario => {
    const record = recorder(scenario.caller);
    const get = makeClient(scenario, record);
    for (let request = 0; request < scenario.requests; request++) {
      await get(scenario.url);
    }
  }));
}

// The fields by which the server knows the caller.
export const fieldsOf = scenario => ({ 'Test-Caller': scenario.caller });

// Clients that take a fetch of their own are given this one.
export const recordedFetch = record => async (...request) => {
  record.sent();
  const response = await fetch(...request);
  record.received(response.status, Object.fromEntries(response.headers));
  return response;
};

// Notes the moments, in milliseconds of a monotonic clock, at which a request leaves and its response is there.
function recorder(caller) {
  let sentAt;
  return {
    sent() {
      sentAt = performance.now();
    },
    received(status, headers) {
      console.log(JSON.stringify({ caller, sentAt, receivedAt: performance.now(), status, headers }));
    },
  };
}

import { Agent, interceptors, request } from 'undici';
import { fieldsOf, run } from './scenarios.mjs';

await run((scenario, record) => {
  const dispatcher = new Agent().compose(recorded(record), interceptors.retry());
  return async url => {
    const response = await request(url, { dispatcher, headers: fieldsOf(scenario) });
    await response.body.dump();
  };
});

function recorded(record) {
  return dispatch => (options, handler) => {
    record.sent();
    return dispatch(options, new Proxy(handler, {
      get: (target, name) => name !== 'onResponseStart' ? target[name]?.bind?.(target) ?? target[name] : (controller, status, headers, message) => {
        record.received(status, headers);
        return target.onResponseStart(controller, status, headers, message);
      },
    }));
  };
}

import got from 'got';
import { fieldsOf, run } from './scenarios.mjs';

await run((scenario, record) => {
  const client = got.extend({
    headers: fieldsOf(scenario),
    hooks: {
      // A repeated request runs only the hooks of the second kind.
      beforeRequest: [() => record.sent()],
      afterResponse: [response => {
        record.received(response.statusCode, response.headers);
        return response;
      }],
    },
  });
  return url => client.get(url).text();
});

import ky from 'ky';
import { fieldsOf, recordedFetch, run } from './scenarios.mjs';

await run((scenario, record) => {
  const client = ky.create({ headers: fieldsOf(scenario), fetch: recordedFetch(record) });
  return url => client.get(url).text();
});

import axios from 'axios';
import axiosRetry from 'axios-retry';
import { fieldsOf, run } from './scenarios.mjs';

await run((scenario, record) => {
  const client = axios.create({ headers: fieldsOf(scenario) });
  client.interceptors.request.use(config => {
    record.sent();
    return config;
  });
  client.interceptors.response.use(
    response => {
      record.received(response.status, response.headers);
      return response;
    },
    error => {
      record.received(error.response.status, error.response.headers);
      throw error;
    });
  axiosRetry(client);
  return url => client.get(url);
});

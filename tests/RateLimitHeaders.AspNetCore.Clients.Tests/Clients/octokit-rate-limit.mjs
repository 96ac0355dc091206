// Reads the status endpoint as GitHub's, and prints what it tells.
import { Octokit } from '@octokit/core';

const { data } = await new Octokit({ baseUrl: process.argv[2] }).request('GET /rate_limit');
console.log(JSON.stringify({ rate: data.rate, core: data.resources.core, search: data.resources.search }));

#!/usr/bin/env bash
# Draws the pictures of docs/algorithms.md: each quota decides about the same requests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

dotnet run --project tests/RateLimitHeaders.AspNetCore.Tests --configuration Release -- pictures src/RateLimitHeaders.AspNetCore/docs/pictures

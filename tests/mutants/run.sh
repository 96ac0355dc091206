#!/usr/bin/env bash
# Breaks the library on purpose, one line of a table after the other, and prints which breaks no test notices.
#
#   tests/mutants/run.sh limiters.tsv               the arithmetic of the limiters, against their tests
#   tests/mutants/run.sh headers.tsv                the arithmetic of the headers
#   tests/mutants/run.sh partitions.tsv             how many partitions there are, and how long
#   tests/mutants/run.sh rejections.tsv             what rejections are answered with
#   tests/mutants/run.sh shared.tsv                 stores and their decorators, policies that decide together, and settlement
#   tests/mutants/run.sh stress.tsv                 what the stress tests must notice
#   tests/mutants/run.sh redis-scripts.tsv          the scripts that count in Redis; tables that begin with redis- are of that package
#   FIRST=10 LAST=20 tests/mutants/run.sh ...       some lines only
#
# The tests of a table are those whose classes its first line names.
# A further line is: file under the package in src, original text (which is there once), mutated text; tabs between.
# All of it happens in a copy. SURVIVORS.md says why those that survive do.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
table=$here/${1:-limiters.tsv}
classes=$(head -n 1 "$table" | cut -d ' ' -f 2-)
filter="FullyQualifiedName~.${classes// /|FullyQualifiedName~.}"
export RATELIMITHEADERS_STRESS_SECONDS=${RATELIMITHEADERS_STRESS_SECONDS:-20}
export DOTNET_CLI_UI_LANGUAGE=en

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cd "$here/../.."
git ls-files -z --cached --others --exclude-standard | tar --create --null --files-from=- | tar --extract --directory "$copy"
cd "$copy"

package=RateLimitHeaders.AspNetCore
case $(basename "$table") in redis-*) package=$package.Redis ;; esac
library=src/$package
tests=tests/$package.Tests
assembly=$package.dll
run_tests() {
    ended=0
    timeout 120 dotnet vstest "$tests/bin/Release/net10.0/$package.Tests.dll" --TestCaseFilter:"$filter" -- xUnit.StopOnFail=true \
        > "$copy/test.log" 2>&1 < /dev/null || ended=$?
    [ "$ended" -eq 0 ] && grep -q 'Passed!' "$copy/test.log"
}

# A mutant may well leave something unused behind: only what does not compile is an error here.
build() {
    dotnet build "$1" --configuration Release --nologo --verbosity quiet -p:TreatWarningsAsErrors=false -p:RunAnalyzers=false "${@:2}" \
        > "$copy/build.log" 2>&1 < /dev/null
}

build "$tests" || { tail -n 20 "$copy/build.log"; exit 1; }
run_tests || { echo "The tests fail without a mutant, or there are none:"; tail -n 20 "$copy/test.log"; exit 1; }
tail -n 1 "$copy/test.log"

number=-1 killed=0 survived=0 timeouts=0 invalid=0
while IFS= read -r line; do
    number=$((number + 1))
    if [ "$number" -lt "${FIRST:-1}" ] || [ "$number" -gt "${LAST:-9999}" ]; then
        continue
    fi

    file=$(cut -f 1 <<< "$line")
    original=$(cut -f 2 <<< "$line")
    mutated=$(cut -f 3 <<< "$line")
    text=$(< "$library/$file")
    without=${text//"$original"/}
    if [ $((${#text} - ${#without})) -ne ${#original} ]; then
        result=INVALID why="the original is not there once"
    else
        cp "$library/$file" "$copy/original.cs"
        printf '%s\n' "${text/"$original"/"$mutated"}" > "$library/$file"
        if ! build "$library" --no-restore; then
            result=INVALID why="does not compile: $(grep -m 1 -oE 'error .*' "$copy/build.log" | cut -c 1-100)"
        else
            cp "$library/bin/Release/net10.0/$assembly" "$tests/bin/Release/net10.0/$assembly"
            if run_tests; then
                result=SURVIVED why=
            elif [ "$ended" -eq 124 ]; then
                result=TIMEOUT why="neither killed nor survived, on a machine as busy as this one"
            else
                result=killed why=$(grep -m 1 -oE '[A-Za-z+]+\.[A-Za-z0-9_]+(\([^)]*\))? \[FAIL' "$copy/test.log" | sed 's/ \[FAIL//' || echo "the run ended otherwise")
            fi
        fi

        cp "$copy/original.cs" "$library/$file"
    fi

    case $result in
        killed) killed=$((killed + 1)) ;;
        SURVIVED) survived=$((survived + 1)) ;;
        TIMEOUT) timeouts=$((timeouts + 1)) ;;
        INVALID) invalid=$((invalid + 1)) ;;
    esac
    printf '%-8s %3d %s: %s -> %s   %s\n' "$result" "$number" "$file" "$original" "$mutated" "${why:+($why)}"
done < "$table"

echo "$killed killed, $survived survived, $timeouts ended by the time limit, $invalid invalid"
[ "$invalid" -eq 0 ]

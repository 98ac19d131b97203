#!/usr/bin/env bash
# The tests that take longest, at the size at which they tell most; `.ci/run --long` runs them after the others. Some hours on two cores.
# The exit status is 0 only when all of them hold.
set -uo pipefail
cd "$(dirname "$0")/.."
output=tests/MailAdmin.Tests/bin/${CONFIGURATION:-Debug}/net10.0
tests=$output/MailAdmin.Tests.dll
if [ ! -f "$tests" ]; then
    echo "It is not built. First: dotnet build" >&2
    exit 2
fi

status=0
campaign() {
    local name=$1 started=$SECONDS
    shift
    echo "== $name"
    env "$@" || { status=1; echo "$name failed." >&2; }
    echo "== $name: $((SECONDS - started)) s"
}

campaign "200 crashes and 10 full disks" bash tests/crash-test.sh 200
campaign "100 crashes over a container" bash tests/crash-test.sh blobs 100
campaign "four workers, 200 mailboxes" bash tests/crash-test.sh workers 12
campaign "a worker that stood still" bash tests/crash-test.sh standstill
campaign "a day of waiting, 100,000 messages" MAILADMIN_DAY_MESSAGES=100000 dotnet "$tests" -class '*DayOfWaitingTests' -showLiveOutput
campaign "10,000 messages that outlive their tokens" MAILADMIN_RENEWAL_MESSAGES=10000 dotnet "$tests" -class '*TokenRenewalTests'
campaign "every text at every place, every fault at every call" MAILADMIN_SWEEP=whole dotnet "$tests" -class '*HostileArgumentsTests' \
    -class '*HostileFieldsTests' -class '*RefusedCallTests' -class '*PowerCutTests' -class '*InterruptionTests'
campaign "2,000,000 cases of fuzz" MAILADMIN_FUZZ_CASES=2000000 dotnet "$tests" -class '*Fuzz' -class '*FuzzTests'
exit $status

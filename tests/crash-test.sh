#!/usr/bin/env bash
# The crash test: tests/crash-test.sh [rounds], tests/crash-test.sh blobs rounds, tests/crash-test.sh workers kills,
# tests/crash-test.sh standstill
#
# A round is one `kill -9` at a random moment of a process that receives up to 500 messages while new mail arrives, in turns with
# -AfterProcessing Move, None, MarkRead, Delete, and Move with -CopyTo; half of the rounds go over Graph (the sandbox, served over
# HTTPS), half over IMAP (Dovecot). Over IMAP, every third kill is one of the server. Then a disk of 256 KB runs full over each
# protocol, where one may be mounted. In the end every message has to be on disk exactly once, byte for byte, and where it belongs
# on the server, with no temporary file left. What a server that was killed in the middle of a move holds twice is counted apart.
# With "blobs", all of it goes over Graph to a container of Azurite (tests/npm) in place of the disk, and every third kill ends Azurite.
# With "workers", four workers share 200 mailboxes; so many of them are killed and replaced, and one stands still for 90 seconds.
# With "standstill", a worker stands still for 90 seconds, loses its mailboxes to another run, and must not file anything when it goes on.
# The last line counts; the exit status is 0 only when all of that holds.
set -euo pipefail
cd "$(dirname "$0")/.."
program=tests/MailAdmin.CrashTest/bin/${CONFIGURATION:-Debug}/net10.0/MailAdmin.CrashTest.dll
if [ ! -f "$program" ]; then
    echo "It is not built. First: dotnet build tests/MailAdmin.CrashTest" >&2
    exit 2
fi
case "${1:-}" in
    standstill) exec dotnet "$program" standstill ;;
    blobs | workers) exec dotnet "$program" "$1" "${2:-100}" ;;
esac
if [ ! -x /usr/sbin/dovecot ]; then
    echo "Dovecot is not installed. First: apt-get install dovecot-imapd" >&2
    exit 2
fi
exec dotnet "$program" "${1:-200}"

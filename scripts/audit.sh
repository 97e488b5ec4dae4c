#!/bin/sh
# Looks for known weaknesses: in our code (bandit), and in what it rests on, where the services that know of them answer.
cd "$(dirname "$0")/.." || exit 1
BIN=.venv/bin
$BIN/bandit -q -ll -c pyproject.toml -r media_archive webapp workers || exit 1

# 124: the time is over
asked() {
    name=$1
    shift
    told=$(timeout 8 "$@" 2>&1)
    case $? in
        0) echo "$name: nothing known" ;;
        1) case $told in
               *vulnerabilit*) echo "$told"; return 1 ;;
               *) echo "$name: not asked, its service does not answer" ;;
           esac ;;
        *) echo "$name: not asked, its service does not answer" ;;
    esac
}

[ "$AUDIT" = offline ] && exit 0
bad=0
[ -x $BIN/pip-audit ] && { asked pip-audit $BIN/pip-audit -r requirements.txt --disable-pip --no-deps --timeout 5 || bad=1; }
[ -x $BIN/npm ] && { asked "npm audit" $BIN/npm audit --omit=dev --audit-level=high || bad=1; }
exit $bad

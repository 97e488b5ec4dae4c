#!/usr/bin/env bash
# Installs what some tests need and only Debian has: as root only, only what is missing, and never a reason to fail.
# Without them those tests are skipped and say why.
[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || exit 0

missing=()
need() { command -v "$1" >/dev/null || [ -e "$1" ] || missing+=("$2"); }
need chromium chromium
need /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc fonts-noto-cjk
need exiftool libimage-exiftool-perl
need mediainfo mediainfo
need nginx nginx
need rabbitmq-server rabbitmq-server
need ceph-mon ceph-mon
need ceph-osd ceph-osd
need radosgw radosgw
[ ${#missing[@]} = 0 ] && exit 0

echo "Installing for the tests: ${missing[*]}"
# packages would start their servers; the tests start their own
policy=/usr/sbin/policy-rc.d
[ -e "$policy" ] || { printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy" && trap 'rm -f "$policy"' EXIT; }
export DEBIAN_FRONTEND=noninteractive
(timeout 120 apt-get update -qq && timeout 420 apt-get install -y -qq --no-install-recommends "${missing[@]}") \
    >/tmp/media-archive-test-servers.log 2>&1 || echo "Not all could be installed (see /tmp/media-archive-test-servers.log)."
exit 0

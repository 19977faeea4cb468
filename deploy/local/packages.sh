# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

# Sourced by the install scripts: Debian packages, once.

# Installs those of the packages named that are missing. Says nothing, and
# needs neither root nor a network, when all are there.
install_packages() {
  local missing
  missing=$(comm -23 <(printf '%s\n' "$@" | sort -u) <(installed_of "$@"))
  [[ -n ${missing} ]] || return 0
  if ! command -v apt-get >/dev/null; then
    printf '%s\n' "pullgate builds from Debian 12's packages, and this is" \
      "another system (no apt-get). Missing here:" "${missing}" >&2
    return 1
  fi
  echo "Installing" ${missing}
  as_root apt-get -qq update
  # shellcheck disable=SC2086 # one word per package
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq install -y --no-install-recommends ${missing} >/dev/null
}

# Those of the packages named that are installed, sorted.
installed_of() {
  { dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null ||
    true; } | sed -n 's/^installed //p' | sort -u
}

as_root() {
  if [[ ${EUID} -eq 0 ]]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    echo "Needs root, and there is no sudo. Run as root: $*" >&2
    return 1
  fi
}

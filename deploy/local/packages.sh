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

# Installs packages that bring a service of the same name, and leaves it stopped
# unless it was there before: what is wanted of them are their programs, and
# their services would listen on every address of this machine.
install_stopped() {
  local had new policy=/usr/sbin/policy-rc.d
  had=$(installed_of "$@")
  new=$(comm -23 <(printf '%s\n' "$@" | sort -u) <(printf '%s\n' "${had}"))
  [[ -n ${new} ]] || return 0
  if [[ -e ${policy} ]]; then
    install_packages "$@"
  else
    printf '#!/bin/sh\nexit 101\n' | as_root tee "${policy}" >/dev/null
    as_root chmod 0755 "${policy}"
    install_packages "$@" || { as_root rm -f "${policy}"; return 1; }
    as_root rm -f "${policy}"
  fi
  [[ -d /run/systemd/system ]] || return 0
  # shellcheck disable=SC2086 # one word per service
  as_root systemctl disable --quiet ${new}
}

# Prints the path of a Go compiler.
find_go() {
  command -v go || ls /usr/local/go/bin/go /usr/lib/go*/bin/go 2>/dev/null |
    head -n 1
}

# install_go_tool NAME PACKAGE VERSION: builds that version of a Go program into
# .tools of the current directory, which git ignores, and links it into
# .tools/bin.
install_go_tool() {
  local folder="${PWD}/.tools/$1-$3"
  if [[ ! -x ${folder}/$1 ]]; then
    [[ -n $(find_go) ]] || install_packages golang-go
    echo "Building $1 $3"
    GOBIN="${folder}" GOFLAGS=-mod=mod GOTOOLCHAIN=local "$(find_go)" install \
      "$2@$3"
  fi
  mkdir -p .tools/bin
  ln -sfn "../$1-$3/$1" ".tools/bin/$1"
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

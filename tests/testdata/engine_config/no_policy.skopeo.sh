# Puts skopeo on VCH build-7 behind the gate at 127.0.0.1:3128:
#
# pullgate-agent engine-config skopeo | sudo sh
#
# With "sh -s -- DIRECTORY" in place of "sh" it writes below that directory,
# to look at it first.
#
# There is no policy for this VCH: the gate refuses every pull.
#
# Nothing here permits a pull, or refuses one: the gate does, each time, and
# says why. skopeo has no whitelist, and need not have one. It never sends
# what it pulls from localhost or 127.0.0.0/8 through a proxy;
# deploy/local/gate.nft closes that way, and every other around the gate.

set -eu
root=${1-}

# put FILE: makes it, world-readable, from standard input.
put() {
  mkdir -p "$(dirname "$root$1")"
  cat >"$root$1.new"
  chmod 0644 "$root$1.new"
  mv "$root$1.new" "$root$1"
}

# skopeo takes its proxy from the environment and from nowhere else: read this
# file into the shell, or name it in EnvironmentFile= of a unit.
put /etc/containers/pullgate.env <<'END_OF_FILE'
HTTP_PROXY=http://127.0.0.1:3128
HTTPS_PROXY=http://127.0.0.1:3128
NO_PROXY=
no_proxy=
END_OF_FILE

[ -n "$root" ] || echo "Now, in each shell: set -a; . /etc/containers/pullgate.env; set +a"

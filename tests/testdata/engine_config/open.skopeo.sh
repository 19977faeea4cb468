# Puts skopeo on VCH build-7 behind the gate at 127.0.0.1:3128:
#
# pullgate-agent engine-config skopeo | sudo sh
#
# With "sh -s -- DIRECTORY" in place of "sh" it writes below that directory,
# to look at it first.
#
# Of the policy, this is revision 4: run it again when registries, CAs or
# insecure entries change.
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

# CAs of the policy vouch for more registries than are named, and skopeo takes
# CA files for exact names only. Put these CAs into the system's store
# (/usr/local/share/ca-certificates, update-ca-certificates), or name the
# registries in the policy:
#   registry_cas[0]: whatever else the policy permits

# Registries that need no good certificate. skopeo takes an entry without a
# port for any port, which its authors do not promise; the gate goes by the
# policy's ports.
put /etc/containers/registries.conf.d/50-pullgate.conf <<'END_OF_FILE'
# insecure = true: plain HTTP too, and certificates of anybody.

[[registry]]
location = "registry.example.com:5000"
insecure = true
END_OF_FILE

# skopeo knows neither insecure blocks nor wildcards with a port. Add a
# [[registry]] for the registries that these are needed for, or pull from them
# with --tls-verify=false:
#   insecure[0] 10.1.0.0/24

[ -n "$root" ] || echo "Now, in each shell: set -a; . /etc/containers/pullgate.env; set +a"

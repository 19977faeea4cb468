# Puts containerd on VCH build-7 behind the gate at 127.0.0.1:3128:
#
# pullgate-agent engine-config containerd | sudo sh
#
# With "sh -s -- DIRECTORY" in place of "sh" it writes below that directory,
# to look at it first.
#
# Of the policy, this is revision 4: run it again when registries, CAs or
# insecure entries change.
#
# Nothing here permits a pull, or refuses one: the gate does, each time, and
# says why. containerd has no whitelist, and need not have one. It never sends
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

# Every pull goes through the gate. What else the daemon talks to over HTTP
# (log drivers, say) needs a NO_PROXY in a drop-in of a higher number.
put /etc/systemd/system/containerd.service.d/50-pullgate.conf <<'END_OF_FILE'
[Service]
Environment="HTTP_PROXY=http://127.0.0.1:3128"
Environment="HTTPS_PROXY=http://127.0.0.1:3128"
Environment="NO_PROXY=" "no_proxy="
END_OF_FILE

# The CRI plugin reads /etc/containerd/certs.d if config.toml says so:
# config_path = "/etc/containerd/certs.d" in the section
# [plugins."io.containerd.grpc.v1.cri".registry] (version 2) or
# [plugins."io.containerd.cri.v1.images".registry] (version 3). ctr pulls by
# itself: give it HTTP_PROXY and HTTPS_PROXY in its environment, and
# --hosts-dir /etc/containerd/certs.d.

# CAs of the policy vouch for more registries than are named, and containerd
# takes CA files for exact names only. Put these CAs into the system's store
# (/usr/local/share/ca-certificates, update-ca-certificates), or name the
# registries in the policy:
#   registry_cas[0]: whatever else the policy permits

# Registries that need no good certificate.
for registry in \
  'registry.example.com:5000'
do
put "/etc/containerd/certs.d/$registry/hosts.toml" <<END_OF_FILE
server = "http://$registry"
[host."https://$registry"]
capabilities = ["pull", "resolve"]
skip_verify = true
END_OF_FILE
done

# containerd knows neither insecure blocks nor insecure wildcards. Add
# directories for the registries that these are needed for:
#   insecure[0] 10.1.0.0/24

[ -n "$root" ] || echo "Now: systemctl daemon-reload && systemctl restart containerd"

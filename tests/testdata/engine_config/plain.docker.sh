# Puts docker on VCH build-7 behind the gate at 127.0.0.1:3128:
#
# pullgate-agent engine-config docker | sudo sh
#
# With "sh -s -- DIRECTORY" in place of "sh" it writes below that directory,
# to look at it first.
#
# Of the policy, this is revision 3: run it again when registries, CAs or
# insecure entries change.
#
# Nothing here permits a pull, or refuses one: the gate does, each time, and
# says why. docker has no whitelist, and need not have one. It never sends
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
put /etc/systemd/system/docker.service.d/50-pullgate.conf <<'END_OF_FILE'
[Service]
Environment="HTTP_PROXY=http://127.0.0.1:3128"
Environment="HTTPS_PROXY=http://127.0.0.1:3128"
Environment="NO_PROXY=" "no_proxy="
END_OF_FILE

# "proxies" in /etc/docker/daemon.json would win over this: leave them out.

[ -n "$root" ] || echo "Now: systemctl daemon-reload && systemctl restart docker"

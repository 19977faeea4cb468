# Puts containerd on VCH build-7 behind the gate at 127.0.0.1:3128:
#
# pullgate-agent engine-config containerd | sudo sh
#
# With "sh -s -- DIRECTORY" in place of "sh" it writes below that directory,
# to look at it first.
#
# Of the policy, this is revision 12: run it again when registries, CAs or
# insecure entries change.
#
# Nothing here permits a pull, or refuses one: the gate does, each time, and
# says why. containerd has no whitelist, and need not have one. It never sends
# what it pulls from localhost or 127.0.0.0/8 through a proxy;
# deploy/local/gate.nft closes that way, and every other around the gate.
#
# By the policy the public CAs do not vouch. containerd cannot be told so and
# goes on accepting them; the gate refuses what nobody else vouches for.

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

# What vouches for registries, beside the public CAs. Read anew for each pull.
for registry in \
  '[2001:db8::5]:5000' \
  'registry.corp.example'
do
put "/etc/containerd/certs.d/$registry/hosts.toml" <<END_OF_FILE
server = "https://$registry"
capabilities = ["pull", "resolve"]
ca = "ca.crt"
[host]
END_OF_FILE
put "/etc/containerd/certs.d/$registry/ca.crt" <<END_OF_FILE
-----BEGIN CERTIFICATE-----
MIIBlTCCATugAwIBAgIUOmelEttpnM1pDl9shCQ8YOlZsoUwCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNQ29ycCBSb290IE9uZTAeFw0yNjExMjMyMTQ2NTlaFw00NjEx
MTgyMTQ2NTlaMBgxFjAUBgNVBAMMDUNvcnAgUm9vdCBPbmUwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAAR/AiQ7e1yZA1GJ10I/qW4KDqNWJi85+CCrZC47666r5b+8
Z7ETzthCLTiCAp9Vd0xqDGOx/WA9us5US0cNLwryo2MwYTAdBgNVHQ4EFgQUmXJD
eqwuUJQ736+Edb2X1U78vlEwHwYDVR0jBBgwFoAUmXJDeqwuUJQ736+Edb2X1U78
vlEwDwYDVR0TAQH/BAUwAwEB/zAOBgNVHQ8BAf8EBAMCAQYwCgYIKoZIzj0EAwID
SAAwRQIhAPW+buHb9GheOJFiv5L67DEjguVGeRpCJ+2P0cAiPFlKAiAMdYddGIOt
oeszclBJukxPWWMX3sP2hTmi0TofVzriBg==
-----END CERTIFICATE-----
END_OF_FILE
done
for registry in \
  '10.2.40.40' \
  '10.2.40.40:443' \
  'good.lab.example.com' \
  'harbor.corp.example:5000'
do
put "/etc/containerd/certs.d/$registry/hosts.toml" <<END_OF_FILE
server = "https://$registry"
capabilities = ["pull", "resolve"]
ca = "ca.crt"
[host]
END_OF_FILE
put "/etc/containerd/certs.d/$registry/ca.crt" <<END_OF_FILE
-----BEGIN CERTIFICATE-----
MIIBlTCCATugAwIBAgIUOmelEttpnM1pDl9shCQ8YOlZsoUwCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNQ29ycCBSb290IE9uZTAeFw0yNjExMjMyMTQ2NTlaFw00NjEx
MTgyMTQ2NTlaMBgxFjAUBgNVBAMMDUNvcnAgUm9vdCBPbmUwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAAR/AiQ7e1yZA1GJ10I/qW4KDqNWJi85+CCrZC47666r5b+8
Z7ETzthCLTiCAp9Vd0xqDGOx/WA9us5US0cNLwryo2MwYTAdBgNVHQ4EFgQUmXJD
eqwuUJQ736+Edb2X1U78vlEwHwYDVR0jBBgwFoAUmXJDeqwuUJQ736+Edb2X1U78
vlEwDwYDVR0TAQH/BAUwAwEB/zAOBgNVHQ8BAf8EBAMCAQYwCgYIKoZIzj0EAwID
SAAwRQIhAPW+buHb9GheOJFiv5L67DEjguVGeRpCJ+2P0cAiPFlKAiAMdYddGIOt
oeszclBJukxPWWMX3sP2hTmi0TofVzriBg==
-----END CERTIFICATE-----
-----BEGIN CERTIFICATE-----
MIIBlTCCATugAwIBAgIUG9wLZyW70XJZzJhaeez7xmvsp0UwCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNQ29ycCBSb290IFR3bzAeFw0yNjExMjMyMTQ2NTlaFw00NjEx
MTgyMTQ2NTlaMBgxFjAUBgNVBAMMDUNvcnAgUm9vdCBUd28wWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAAQKiehUzEQ+Z+8jv1vY7FOk5VWcmsNclsSmdRTVxuhu0+YB
qJZW9ROeijswehmzHsAjIiDre9om3SIMLZFPrCZpo2MwYTAdBgNVHQ4EFgQUUgl0
GHLP3z0+Yf1ePfUgX5SXwaowHwYDVR0jBBgwFoAUUgl0GHLP3z0+Yf1ePfUgX5SX
waowDwYDVR0TAQH/BAUwAwEB/zAOBgNVHQ8BAf8EBAMCAQYwCgYIKoZIzj0EAwID
SAAwRQIgP3px2tNX1FZVTajUDgN8kHW2YUAquicpY1+BCjZMhMECIQC7J++MaHKc
sXDsDu5Ow31NG/9GTmEbWSZ678BMsYA8TA==
-----END CERTIFICATE-----
END_OF_FILE
done

# The policy names these for every port, but a CA file is for one: those above
# are for images named without a port. For another, copy the directory to
# "name:port", or name the port in the policy.
#   10.2.40.40
#   good.lab.example.com
#   registry.corp.example

# CAs of the policy vouch for more registries than are named, and containerd
# takes CA files for exact names only. Put these CAs into the system's store
# (/usr/local/share/ca-certificates, update-ca-certificates), or name the
# registries in the policy:
#   registry_cas[0]: whatever else the policy permits
#   registry_cas[1]: *.example.com, 10.2.2.0/24

# Registries that need no good certificate.
for registry in \
  '192.168.100.207' \
  'anyport.example.com' \
  'plain.example.com'
do
put "/etc/containerd/certs.d/$registry/hosts.toml" <<END_OF_FILE
server = "http://$registry"
[host."https://$registry"]
capabilities = ["pull", "resolve"]
skip_verify = true
END_OF_FILE
done
for registry in \
  'selfsigned.example.com:8443'
do
put "/etc/containerd/certs.d/$registry/hosts.toml" <<END_OF_FILE
server = "https://$registry"
capabilities = ["pull", "resolve"]
skip_verify = true
[host]
END_OF_FILE
done

# Insecure on every port by the policy, but here for images named without a
# port: for another, copy the directory to "name:port" and change the names in
# it.
#   192.168.100.207
#   anyport.example.com

# containerd knows neither insecure blocks nor insecure wildcards. Add
# directories for the registries that these are needed for:
#   insecure[1] 10.9.0.0/16
#   insecure[2] *.lab.example.com
#   insecure[3] *.old.example.com:5000

[ -n "$root" ] || echo "Now: systemctl daemon-reload && systemctl restart containerd"

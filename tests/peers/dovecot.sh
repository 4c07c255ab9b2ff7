#!/usr/bin/env bash
# A throw-away IMAP server (Dovecot) for tests, on loopback, with a certificate authority of its own.
#   dovecot.sh start DIR [URL]   makes it in DIR (when missing), starts it and prints `IMAP <port> IMAPS <port> CA <file>`; with a
#                           URL, people also log in by tokens (XOAUTH2) of tests/peers/accounts.py there
#   dovecot.sh halt DIR     stops it; it can be started again, at other ports
#   dovecot.sh stop DIR     stops it and deletes DIR
# Two mailboxes: help@mail.example.com with the password `first secret`, sales@mail.example.com with `second secret`; each has the
# folders Sent and Done. The certificate is of imap.mail.example.com. Mails lie in DIR/mail/NAME as Maildir: what is put into `new` has come.
# Dovecot does not run as root here: `nobody` runs it then. Where none is installed, root on Debian gets one from the distribution.
set -euo pipefail

usage() { echo "usage: $0 start DIR [URL] | halt DIR | stop DIR" >&2; exit 2; }
[ $# -eq 2 ] || { [ $# -eq 3 ] && [ "$1" = start ]; } || usage
case $1 in start | halt | stop) ;; *) usage ;; esac
mkdir -p "$2"
dir=$(cd "$2" && pwd)

PATH=$PATH:/usr/sbin:/usr/local/sbin
find_server() { [ -x /usr/lib/dovecot/imap ] && command -v dovecot >/dev/null 2>&1; }
if ! find_server && [ "$1" = start ] && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends dovecot-imapd openssl; } >&2 </dev/null || true
fi
find_server || { echo "dovecot.sh: no Dovecot found; install dovecot-imapd" >&2; exit 1; }

user=$(id -un)
if [ "$(id -u)" -eq 0 ]; then user=nobody; fi
group=$(id -gn "$user")
as_server() {
    if [ "$(id -u)" -ne 0 ]; then
        "$@"
    elif command -v runuser >/dev/null 2>&1; then
        runuser -u "$user" -- "$@"
    else
        su "$user" -s /bin/sh -c "$(printf '%q ' "$@")"
    fi
}

certificates() {
    openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=Test authority" -keyout "$dir/ca.key" -out "$dir/ca.pem" 2>/dev/null
    openssl req -newkey rsa:2048 -nodes -subj "/CN=imap.mail.example.com" -keyout "$dir/key.pem" -out "$dir/request.pem" 2>/dev/null
    printf 'subjectAltName=DNS:imap.mail.example.com\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n' >"$dir/extensions"
    openssl x509 -req -days 30 -in "$dir/request.pem" -CA "$dir/ca.pem" -CAkey "$dir/ca.key" -CAcreateserial \
        -extfile "$dir/extensions" -out "$dir/cert.pem" 2>/dev/null
}

free_ports() {
    python3 - <<'PORTS'
import socket
sockets = [socket.socket() for _ in range(2)]
for one in sockets:
    one.bind(("127.0.0.1", 0))
print(*[one.getsockname()[1] for one in sockets])
PORTS
}

tokens() { # where they come from
    cat >"$dir/tokens.conf" <<TOKENS
introspection_mode = get
introspection_url = $1/introspect?token=
username_attribute = username
active_attribute = active
active_value = true
TOKENS
    cat >>"$dir/dovecot.conf" <<CONFIGURATION
auth_mechanisms = plain login xoauth2
passdb {
  driver = oauth2
  mechanisms = xoauth2
  args = $dir/tokens.conf
}
CONFIGURATION
}

configure() { # port, port with TLS
    cat >"$dir/dovecot.conf" <<CONFIGURATION
base_dir = $dir/run
state_dir = $dir/run
log_path = $dir/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <$dir/cert.pem
ssl_key = <$dir/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
default_internal_user = $user
default_internal_group = $group
default_login_user = $user
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:$dir/mail/%n
passdb {
  driver = passwd-file
  args = scheme=plain $dir/users
}
userdb {
  driver = static
  args = uid=$user gid=$group home=$dir/mail/%n
}
namespace inbox {
  inbox = yes
  mailbox Sent {
    auto = create
  }
  mailbox Done {
    auto = create
  }
}
service imap-login {
  chroot =
  inet_listener imap {
    port = $1
  }
  inet_listener imaps {
    port = $2
    ssl = yes
  }
}
service anvil {
  chroot =
  # A wrong password slows down nobody.
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
CONFIGURATION
}

halt() {
    if [ -f "$dir/run/master.pid" ]; then
        pid=$(cat "$dir/run/master.pid")
        as_server kill "$pid" 2>/dev/null || true
        for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.05; done
    fi
}

case $1 in
start)
    if [ ! -f "$dir/cert.pem" ]; then
        certificates
        printf 'help@mail.example.com:first secret\nsales@mail.example.com:second secret\n' >"$dir/users"
        for name in help sales; do mkdir -p "$dir/mail/$name/new" "$dir/mail/$name/cur" "$dir/mail/$name/tmp"; done
        mkdir -p "$dir/run"
    fi
    read -r imap imaps < <(free_ports)
    configure "$imap" "$imaps"
    if [ $# -eq 3 ]; then tokens "$3"; fi
    if [ "$(id -u)" -eq 0 ]; then chown -R "$user:$group" "$dir"; fi
    chmod 755 "$dir"
    cd "$dir"
    # It holds its outputs as long as it runs: whoever reads ours to the end would wait for that.
    if ! as_server "$(command -v dovecot)" -c "$dir/dovecot.conf" >"$dir/started" 2>&1 </dev/null; then
        cat "$dir/started" "$dir/log" >&2 || true
        exit 1
    fi
    echo "IMAP $imap IMAPS $imaps CA $dir/ca.pem"
    ;;
halt)
    halt
    ;;
stop)
    halt
    cd /
    if [ -f "$dir/dovecot.conf" ]; then rm -rf "$dir"; else rmdir "$dir"; fi
    ;;
esac

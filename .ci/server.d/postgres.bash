# Runs a PostgreSQL of its own until the script ends. $work is a directory, $port and $postgres_url say where
# the database is, and `psql` talks to it.

for postgres in /usr/lib/postgresql/*/bin; do :; done # the newest
work=$(mktemp -d)

# PostgreSQL does not run as root.
as_postgres() {
  if ((EUID == 0)); then runuser -u postgres -- "$@"; else "$@"; fi
}

stop() {
  if [[ -s $work/pgbouncer.pid ]]; then kill "$(<"$work/pgbouncer.pid")" || true; fi
  as_postgres "$postgres/pg_ctl" --pgdata "$work/data" --mode immediate stop >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap stop EXIT

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
port=$(free_port)
password=$(head -c 18 /dev/urandom | base64 | tr '+/' 'ab')
echo "$password" > "$work/password"
if ((EUID == 0)); then chown -R postgres "$work"; fi
as_postgres "$postgres/initdb" --pgdata "$work/data" --username barejwt --pwfile "$work/password" \
  --auth scram-sha-256 --encoding UTF8 --no-locale >/dev/null
as_postgres "$postgres/pg_ctl" --pgdata "$work/data" --log "$work/data/log" --wait start \
  --options "-h 127.0.0.1,::1 -p $port -c unix_socket_directories=" >/dev/null

postgres_url=postgres://barejwt:$password@127.0.0.1:$port/postgres
psql() { PGPASSWORD=$password "$postgres/psql" -h 127.0.0.1 -p "$port" -U barejwt -d postgres -qAt "$@"; }

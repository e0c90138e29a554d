//! A site of its own for each test: a database, any number of server processes, users.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::str::FromStr;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use barejwt::{Claims, Key, StateHash, sign};
use serde_json::{Value, json};
use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, AssertSqlSafe, ConnectOptions, Connection};
use tempfile::TempDir;
use ureq::Agent;

pub(crate) const EMAIL: &str = "ada@example.org";
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// One database.
pub(crate) struct Site {
    dir: TempDir,
    database: String,
}

impl Site {
    /// With an empty database: a SQLite file that is not there yet, or one just created.
    pub(crate) fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let database = match std::env::var("BAREJWT_TEST_POSTGRES") {
            Ok(url) => new_postgres_database(&url),
            Err(_) => dir.path().join("site.db").to_str().unwrap().to_owned(),
        };
        Self { dir, database }
    }

    /// With one user, [`EMAIL`], who is called Ada.
    pub(crate) fn with_ada() -> (Self, String) {
        let site = Self::new();
        let id = site.add_user(EMAIL, PASSWORD);
        (site, id)
    }

    /// The value of `--database`.
    pub(crate) fn database(&self) -> &str {
        &self.database
    }

    pub(crate) fn is_postgres(&self) -> bool {
        self.database.starts_with("postgres")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_barejwt-server"));
        command
            .current_dir(self.dir.path())
            .env_remove("BAREJWT_KEY")
            .args(["--database", &self.database])
            .args(args);
        command
    }

    /// Runs a command that must succeed, with a line of input; gives the line it prints.
    pub(crate) fn tool(&self, args: &[&str], input: &str) -> String {
        let (status, out, err) = self.try_tool(args, input);
        assert!(status.success(), "{args:?}: {err}");
        out.trim_end().to_owned()
    }

    pub(crate) fn try_tool(&self, args: &[&str], input: &str) -> (ExitStatus, String, String) {
        let piped = Stdio::piped;
        let mut command = self.command(args);
        let command = command.stdin(piped()).stdout(piped()).stderr(piped());
        let mut child = command.spawn().unwrap();
        let _ = writeln!(child.stdin.take().unwrap(), "{input}");
        // A server that should not have started must not run for ever.
        let start = Instant::now();
        while child.try_wait().unwrap().is_none() {
            if start.elapsed() > Duration::from_secs(60) {
                child.kill().unwrap();
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status, text(output.stdout), text(output.stderr))
    }

    /// Makes the database, as an empty one: PostgreSQL has it already.
    pub(crate) fn create(&self) {
        if !self.is_postgres() {
            let mut new = fs::OpenOptions::new();
            let new = new.append(true).create(true).mode(0o600);
            new.open(&self.database).unwrap();
        }
    }

    /// Adds a user; gives the public id.
    pub(crate) fn add_user(&self, email: &str, password: &str) -> String {
        self.create();
        self.tool(&["user", "add", email, "--nickname", "Ada"], password)
    }

    /// Starts a server without limits that a test would meet.
    pub(crate) fn serve(&self) -> Server {
        self.serve_with(&["--limit-address", "1000000", "--limit-account", "1000000"])
    }

    pub(crate) fn serve_with(&self, args: &[&str]) -> Server {
        let mut command = self.command(&["serve"]);
        for listener in ["--listen", "--listen-metrics"] {
            if !args.contains(&listener) {
                command.args([listener, "127.0.0.1:0"]);
            }
        }
        command.args(args);
        self.start(command)
    }

    /// Starts a server in a shell that has run this line.
    pub(crate) fn serve_after(&self, line: &str) -> Server {
        let mut command = Command::new("sh");
        command
            .args(["-c", &format!("{line}; exec \"$@\""), "sh"])
            .args([
                env!("CARGO_BIN_EXE_barejwt-server"),
                "--database",
                &self.database,
            ])
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(["--listen-metrics", "127.0.0.1:0"])
            .args(["--limit-address", "1000000", "--limit-account", "1000000"])
            .env_remove("BAREJWT_KEY");
        self.start(command)
    }

    fn start(&self, mut command: Command) -> Server {
        let log = self.path(&format!("log-{}", random()));
        command
            .stdout(Stdio::piped())
            .stderr(File::create(&log).unwrap());
        let mut child = command.spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut ready = String::new();
        out.read_line(&mut ready).unwrap();
        let mut urls = ready
            .split(['(', ')', ' ', '\n'])
            .filter(|word| word.starts_with("http://"));
        match (urls.next(), urls.next()) {
            (Some(url), Some(monitor)) => Server {
                url: url.to_owned(),
                monitor: monitor.to_owned(),
                agent: agent(),
                out,
                child,
                log,
            },
            _ => panic!("not ready: {ready}{}", fs::read_to_string(&log).unwrap()),
        }
    }

    /// Runs one statement.
    pub(crate) fn sql(&self, statement: &str) {
        self.sql_around(&[statement], || (), &[]);
    }

    /// Does `work` in the middle of a transaction that has begun with this statement.
    pub(crate) fn in_transaction(&self, statement: &str, work: impl FnOnce()) {
        self.sql_around(&["BEGIN", statement], work, &["ROLLBACK"]);
    }

    /// Runs statements on one connection, which ends before this returns.
    fn sql_around(&self, before: &[&str], work: impl FnOnce(), after: &[&str]) {
        block_on(async {
            let mut connection = self.connect().await;
            execute(&mut connection, before).await;
            work();
            execute(&mut connection, after).await;
            connection.close().await.unwrap();
        });
    }

    /// Does `work` while another program holds the lock that a writer needs.
    pub(crate) fn while_locked(&self, work: impl FnOnce()) {
        let lock = if self.is_postgres() {
            "LOCK TABLE attempts, settings IN EXCLUSIVE MODE"
        } else {
            "UPDATE attempts SET free_at = free_at"
        };
        self.in_transaction(lock, work);
    }

    /// The first column of the rows, as text.
    pub(crate) fn texts(&self, query: &str) -> Vec<String> {
        block_on(async {
            let mut connection = self.connect().await;
            let found = sqlx::query_scalar(AssertSqlSafe(query.to_owned()))
                .fetch_all(&mut connection)
                .await
                .unwrap();
            connection.close().await.unwrap();
            found
        })
    }

    async fn connect(&self) -> AnyConnection {
        connect(&if self.is_postgres() {
            self.database.clone()
        } else {
            format!("sqlite:{}", self.database)
        })
        .await
    }

    pub(crate) fn secret(&self) -> String {
        let found = self.texts("SELECT value FROM settings WHERE name = 'secret_key'");
        assert_eq!(found.len(), 1);
        found[0].clone()
    }

    /// The `kid` of the key; there is none before the first rotation.
    fn kid(&self) -> Option<String> {
        let mut found = self.texts("SELECT value FROM settings WHERE name = 'secret_key_id'");
        found.pop()
    }

    /// An access token as an administrator mints it: from the site's key, with its `kid`.
    pub(crate) fn token(&self, id: &str) -> String {
        self.sign(&Claims::access(id, now(), 3600))
    }

    /// A refresh token that the server has never seen.
    pub(crate) fn refresh_token(&self, id: &str) -> String {
        let state = StateHash::new([0; 32]);
        self.sign(&Claims::refresh(id, now(), 3600, &state))
    }

    fn sign(&self, claims: &Claims<'_>) -> String {
        let (key, kid) = (Key::new(self.secret().as_bytes()).unwrap(), self.kid());
        let mut buf = [0; 512];
        let signed = match &kid {
            Some(kid) => sign(claims, key.with_kid(kid), &mut buf),
            None => sign(claims, &key, &mut buf),
        };
        signed.unwrap().to_owned()
    }

    /// An access token under the site's key, as of `issued`.
    pub(crate) fn mint(&self, sub: &str, issued: i64, lifetime: u32) -> String {
        mint(&self.secret(), sub, issued, lifetime)
    }
}

/// Waits until this is so. A slow machine may need a while; no test waits longer than this.
#[track_caller]
pub(crate) fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "not in a minute: {what}"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

pub(crate) fn mint(secret: &str, sub: &str, issued: i64, lifetime: u32) -> String {
    let (key, mut buf) = (Key::new(secret.as_bytes()).unwrap(), [0; 512]);
    let claims = Claims::access(sub, issued, lifetime);
    sign(&claims, &key, &mut buf).unwrap().to_owned()
}

pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    since.as_secs().try_into().unwrap()
}

pub(crate) fn random() -> u64 {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).unwrap();
    u64::from_ne_bytes(bytes)
}

fn new_postgres_database(url: &str) -> String {
    let name = format!("test_{:x}", random());
    block_on(async {
        let create = AssertSqlSafe(format!("CREATE DATABASE {name}"));
        let mut connection = connect(url).await;
        sqlx::query(create).execute(&mut connection).await.unwrap();
    });
    let (server, _) = url.rsplit_once('/').unwrap();
    format!("{server}/{name}")
}

async fn execute(connection: &mut AnyConnection, statements: &[&str]) {
    for statement in statements {
        let statement = AssertSqlSafe((*statement).to_owned());
        let run = sqlx::query(statement).execute(&mut *connection).await;
        run.unwrap();
    }
}

async fn connect(url: &str) -> AnyConnection {
    sqlx::any::install_default_drivers();
    let options = AnyConnectOptions::from_str(url).unwrap();
    options.connect().await.unwrap()
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(work)
}

fn agent() -> Agent {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .proxy(None)
        .timeout_global(Some(Duration::from_secs(60)));
    config.build().new_agent()
}

/// A server process; killed when dropped.
pub(crate) struct Server {
    pub(crate) url: String,
    pub(crate) monitor: String,
    pub(crate) child: Child,
    agent: Agent,
    out: BufReader<std::process::ChildStdout>,
    log: PathBuf,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer: its HTTP status, headers and envelope.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: ureq::http::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn of(response: ureq::http::Response<ureq::Body>) -> Self {
        let (parts, mut body) = response.into_parts();
        Self {
            status: parts.status.as_u16(),
            headers: parts.headers,
            text: body.read_to_string().unwrap(),
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The data of a call that has succeeded.
    #[track_caller]
    pub(crate) fn data(&self) -> Value {
        let json = self.json();
        let envelope = (&json["code"], &json["msg"], json.as_object().unwrap().len());
        assert_eq!(envelope, (&json!(0), &json!(""), 3), "{json}");
        assert_eq!(self.status, 200);
        json["data"].clone()
    }

    /// Asserts an answer of HTTP status 200 with this code, no data, and this message.
    #[track_caller]
    pub(crate) fn refused(&self, code: u32, message: &str) {
        assert_eq!(
            (self.status, self.json()),
            (200, json!({"code": code, "data": null, "msg": message}))
        );
    }

    /// Asserts an answer of this HTTP status, which is its code too.
    #[track_caller]
    pub(crate) fn failed(&self, status: u16) {
        let json = self.json();
        assert_eq!(
            (self.status, &json["code"]),
            (status, &json!(status)),
            "{json}"
        );
        assert_eq!(
            (&json["data"], json.as_object().unwrap().len()),
            (&Value::Null, 3)
        );
    }
}

/// A pair of tokens as a client has it.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

impl Pair {
    pub(crate) fn of(token: &Value) -> Self {
        let text = |name: &str| token[name].as_str().unwrap().to_owned();
        Self {
            access: text("access_token"),
            refresh: text("refresh_token"),
        }
    }
}

pub(crate) const WRONG_CREDENTIAL: &str = "the email address or the password is wrong";
pub(crate) const REPLAYED: &str =
    "the refresh token was used before, so its whole chain is revoked: log in again";
pub(crate) const REVOKED: &str = "the refresh token was signed out or revoked: log in again";

impl Server {
    pub(crate) fn get(&self, path: &str, authorization: Option<&str>) -> Answer {
        let mut request = self.agent.get(format!("{}{path}", self.url));
        if let Some(value) = authorization {
            request = request.header("Authorization", value);
        }
        Answer::of(request.call().unwrap())
    }

    /// Sends a JSON body.
    pub(crate) fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.send_as(method, path, None, body)
    }

    pub(crate) fn send_as(
        &self,
        method: &str,
        path: &str,
        access: Option<&str>,
        body: &Value,
    ) -> Answer {
        Answer::of(self.try_send_as(method, path, access, body).unwrap())
    }

    pub(crate) fn try_send_as(
        &self,
        method: &str,
        path: &str,
        access: Option<&str>,
        body: &Value,
    ) -> Result<ureq::http::Response<ureq::Body>, ureq::Error> {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header("Content-Type", "application/json");
        if let Some(access) = access {
            request = request.header("Authorization", format!("Bearer {access}"));
        }
        let request = request.body(body.to_string()).unwrap();
        self.agent.run(request)
    }

    pub(crate) fn try_log_in(&self, email: &str, password: &str) -> Answer {
        let body = json!({"email": email, "password": password});
        self.send("POST", "/api/v4/session/token", &body)
    }

    /// Ada's login.
    #[track_caller]
    pub(crate) fn log_in(&self) -> Pair {
        Pair::of(&self.try_log_in(EMAIL, PASSWORD).data()["token"])
    }

    pub(crate) fn try_refresh(&self, refresh: &str) -> Answer {
        let body = json!({"refresh_token": refresh});
        self.send("POST", "/api/v4/session/token/refresh", &body)
    }

    #[track_caller]
    pub(crate) fn refresh(&self, refresh: &str) -> Pair {
        Pair::of(&self.try_refresh(refresh).data())
    }

    pub(crate) fn sign_out(&self, refresh: &str) -> Answer {
        let body = json!({"refresh_token": refresh});
        self.send("DELETE", "/api/v4/session/token", &body)
    }

    pub(crate) fn me(&self, access: &str) -> Answer {
        self.get("/api/v4/user/me", Some(&format!("Bearer {access}")))
    }

    pub(crate) fn change_password(&self, access: &str, current: &str, new: &str) -> Answer {
        let body = json!({"current_password": current, "new_password": new});
        self.send_as("PUT", "/api/v4/user/password", Some(access), &body)
    }

    pub(crate) fn monitor(&self, path: &str) -> (u16, String) {
        let url = format!("{}{path}", self.monitor);
        let answer = Answer::of(self.agent.get(url).call().unwrap());
        (answer.status, answer.text)
    }

    /// The value of one line of the metrics; 0 if it is not there.
    pub(crate) fn metric(&self, line: &str) -> f64 {
        let (status, text) = self.monitor("/metrics");
        assert_eq!(status, 200);
        let value = text
            .lines()
            .find_map(|found| found.strip_prefix(line)?.strip_prefix(' '));
        value.map_or(0.0, |value| value.parse().unwrap())
    }

    /// Sends bytes as they are, and gives what comes back until the server closes.
    pub(crate) fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect();
        // The server may have refused and closed before all is sent.
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8(answer).unwrap()
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let address: SocketAddr = self.url.trim_start_matches("http://").parse().unwrap();
        let stream = TcpStream::connect(address).unwrap();
        let limit = Some(Duration::from_secs(60));
        stream.set_read_timeout(limit).unwrap();
        stream
    }

    /// From another address of this machine.
    pub(crate) fn connect_from(&self, address: &str) -> TcpStream {
        let to: SocketAddr = self.url.trim_start_matches("http://").parse().unwrap();
        let from: SocketAddr = format!("{address}:0").parse().unwrap();
        block_on(async {
            let socket = tokio::net::TcpSocket::new_v4().unwrap();
            socket.bind(from).unwrap();
            let stream = socket.connect(to).await.unwrap().into_std().unwrap();
            stream.set_nonblocking(false).unwrap();
            stream
        })
    }

    /// The processor's time that the process has had, in hundredths of a second.
    #[cfg(target_os = "linux")]
    pub(crate) fn cpu_ticks(&self) -> u64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let (_, after_name) = stat.rsplit_once(')').unwrap();
        // utime and stime of proc(5).
        let fields = after_name.split_whitespace().skip(11).take(2);
        fields.map(|field| field.parse::<u64>().unwrap()).sum()
    }

    /// Waits until the log says this.
    #[track_caller]
    pub(crate) fn wait_for_log(&self, line: &str) {
        wait_until(line, || self.log().contains(line));
    }

    /// Waits until the server has read that this key signs, and that there are so many former keys.
    #[track_caller]
    pub(crate) fn wait_for_keys(&self, kid: &str, former: usize) {
        self.wait_for_log(&format!("kid=\"{kid}\" former={former}\n"));
    }

    /// Waits until it takes no connections any more.
    #[track_caller]
    pub(crate) fn wait_until_closed(&self) {
        let address = self.url.trim_start_matches("http://");
        wait_until("closed", || TcpStream::connect(address).is_err());
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// The rest of standard output, once the process has ended.
    pub(crate) fn rest_of_output(&mut self) -> String {
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        rest
    }

    pub(crate) fn signal(&self, name: &str) {
        let kill = format!("kill -s {name} {}", self.child.id());
        let kill = Command::new("sh").args(["-c", &kill]).status();
        assert!(kill.unwrap().success());
    }

    /// Sends a signal and waits for the end: how the process ended, and how long that took.
    pub(crate) fn end(&mut self, signal: &str) -> (ExitStatus, Duration) {
        let start = Instant::now();
        self.signal(signal);
        (self.child.wait().unwrap(), start.elapsed())
    }
}

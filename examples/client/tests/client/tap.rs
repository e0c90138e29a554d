//! A wire tap between the client and the server: it notes each request, and can lose answers.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

pub(crate) const LOGIN: &str = "POST /api/v4/session/token";
pub(crate) const REFRESH: &str = "POST /api/v4/session/token/refresh";
pub(crate) const ME: &str = "GET /api/v4/user/me";

pub(crate) struct Tap {
    pub(crate) url: String,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    requests: Vec<String>,
    loses_answers: bool,
}

impl Tap {
    /// `server` is the server's URL.
    pub(crate) fn on(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = server.strip_prefix("http://").unwrap().to_owned();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        // It ends with the test's process.
        thread::spawn(move || {
            for client in listener.incoming() {
                let (server, state) = (server.clone(), Arc::clone(&shared));
                thread::spawn(move || pass(client.unwrap(), &server, &state));
            }
        });
        Self { url, state }
    }

    /// The requests since the last call, as `METHOD path`.
    pub(crate) fn requests(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().unwrap().requests)
    }

    /// From now on the server's answers do not reach the client.
    pub(crate) fn lose_answers(&self, lose: bool) {
        self.state.lock().unwrap().loses_answers = lose;
    }
}

/// One connection, which has one request.
fn pass(mut client: TcpStream, server: &str, state: &Mutex<State>) {
    let (head, loses_answers) = note(&mut client, state);
    // A server that is down closes the client's connection.
    let Ok(mut server) = TcpStream::connect(server) else {
        return;
    };
    server.write_all(&head).unwrap();
    let (mut from_client, mut to_server) =
        (client.try_clone().unwrap(), server.try_clone().unwrap());
    thread::spawn(move || {
        let _ = io::copy(&mut from_client, &mut to_server);
        let _ = to_server.shutdown(Shutdown::Write);
    });
    if loses_answers {
        // The server has done what it was asked once its answer begins.
        let _ = server.read(&mut [0]);
    } else {
        let _ = io::copy(&mut server, &mut client);
    }
    let _ = client.shutdown(Shutdown::Both);
}

/// Reads the first line at least, and notes it.
fn note(client: &mut TcpStream, state: &Mutex<State>) -> (Vec<u8>, bool) {
    let (mut head, mut buffer) = (Vec::new(), [0; 4096]);
    while !head.contains(&b'\n') {
        let count = client.read(&mut buffer).unwrap();
        assert_ne!(count, 0, "the client sent no request");
        head.extend_from_slice(&buffer[..count]);
    }
    let line = String::from_utf8_lossy(&head);
    let request = line.split(" HTTP/1.1").next().unwrap().to_owned();
    let mut state = state.lock().unwrap();
    state.requests.push(request);
    (head, state.loses_answers)
}

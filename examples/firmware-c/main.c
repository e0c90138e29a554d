// A valve that obeys anyone who has a token. It answers each line on its UART with a line, as
// ../cross/protocol.md says. examples/firmware-rust is the same device in Rust.
#include <barejwt.h>

#include "board.h"

enum {
    LINE_MAX = 1024,      // bytes of a line; the longest is the answer to a login
    TOKEN_MAX = 512,      // longer tokens are refused
    SUB_LEN = 4,          // bytes of an account's name
    MARGIN = 60,          // our own token counts as expired so many seconds early
    SECRET_MAX = 256,     // bytes of the master key
};

// The master key. The factory writes it to a page of flash of its own (mps2-an386.ld). The length in
// an erased page is one that no key has.
extern const struct {
    uint32_t len;
    uint8_t secret[SECRET_MAX];
} key_page;

typedef struct {
    barejwt_str sub;
    uint8_t state_hash[BAREJWT_STATE_HASH_BYTES];
} account;

typedef struct {
    char text[LINE_MAX];
    size_t len;
} line;

// All state of the device. It is on the stack of firmware().
typedef struct {
    barejwt_key key;
    int64_t now; // 0 until the device is told
    account accounts[2];
    int is_open;
    barejwt_session session; // zeros while nobody is logged in
    line lines[2];           // the session points into one line; the next message goes into the other
    line *next_line;
    int halted;
} device;

// ---- Text ---------------------------------------------------------------------------------------

static barejwt_str str(const char *text) {
    barejwt_str s = {text, 0};
    while (text[s.len] != '\0') s.len++;
    return s;
}

static int equal(barejwt_str a, barejwt_str b) {
    size_t i = 0;
    while (i < a.len && i < b.len && a.ptr[i] == b.ptr[i]) i++;
    return i == a.len && i == b.len;
}

static void print(barejwt_str s) {
    for (size_t i = 0; i < s.len; i++) board_write((uint8_t)s.ptr[i]);
}

// A line with a status and up to three texts.
static void answer(uint32_t status, const char *text, barejwt_str second, const char *third) {
    board_write((uint8_t)('0' + status / 100));
    board_write((uint8_t)('0' + status / 10 % 10));
    board_write((uint8_t)('0' + status % 10));
    board_write(' ');
    print(str(text));
    print(second);
    print(str(third));
    board_write('\n');
}

static void say(uint32_t status, const char *text) { answer(status, text, str(""), ""); }

static void refuse(barejwt_status st) { say(barejwt_http_status(st), barejwt_strerror(st)); }

// Reads a line. Returns 0 if the line was too long.
static int read_line(line *into) {
    int fits = 1;
    into->len = 0;
    for (;;) {
        uint8_t byte = board_read();
        if (byte == '\n') return fits;
        if (into->len == LINE_MAX) fits = 0;
        else into->text[into->len++] = (char)byte;
    }
}

// ---- What the device is told --------------------------------------------------------------------

static account *find(device *d, barejwt_str sub) {
    for (size_t i = 0; i < sizeof d->accounts / sizeof d->accounts[0]; i++) {
        if (equal(d->accounts[i].sub, sub)) return &d->accounts[i];
    }
    return NULL;
}

// Returns the account that a message names. If there is no such account, it answers the message.
static account *named(device *d, barejwt_str sub) {
    account *found = find(d, sub);
    if (found == NULL) say(404, "no such account");
    return found;
}

// Time comes from outside and does not go back. A product adds the ticks since then.
static void set_time(device *d, barejwt_str text) {
    int64_t now = 0;
    size_t i = 0;
    while (i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9' && now < INT64_MAX / 10) {
        now = now * 10 + (text.ptr[i++] - '0');
    }
    if (text.len == 0 || i < text.len) {
        say(400, "time is seconds since 1970");
        return;
    }
    if (now < d->now) {
        say(409, "time does not go back");
        return;
    }
    d->now = now;
    say(200, "ok");
}

// The password of the account has changed, so its older refresh tokens are refused from now on. A
// product makes the state hash from its record of the password.
static void change(device *d, barejwt_str sub) {
    account *of = named(d, sub);
    if (of == NULL) return;
    of->state_hash[0]++;
    say(200, "ok");
}

// ---- Commands that need authority ---------------------------------------------------------------

// Returns whether the caller may go on. *who is NULL for an anonymous caller. header.ptr is NULL if
// there is no header.
static int authorised(device *d, uint32_t auth, barejwt_str header, const account **who) {
    barejwt_validation want = BAREJWT_VALIDATION_ACCESS;
    want.max_token_len = TOKEN_MAX;
    uint8_t scratch[BAREJWT_SCRATCH_MAX(TOKEN_MAX)];
    barejwt_identity identity;
    barejwt_status st = barejwt_authenticate(&d->key, auth, header.ptr, header.len, &want, d->now,
                                             scratch, sizeof scratch, &identity);
    *who = NULL;
    if (st != BAREJWT_OK) {
        refuse(st);
        return 0;
    }
    if (identity.kind == BAREJWT_IDENTITY_ANONYMOUS) return 1;
    *who = find(d, identity.claims.sub);
    if (*who == NULL) {
        say(403, "no such account");
        return 0;
    }
    return 1;
}

static void status(device *d, barejwt_str header) {
    const account *who;
    if (!authorised(d, BAREJWT_AUTH_NONE, header, &who)) return;
    say(200, d->is_open ? "the valve is open" : "the valve is closed");
}

static void hello(device *d, barejwt_str header) {
    const account *who;
    if (!authorised(d, BAREJWT_AUTH_OPTIONAL, header, &who)) return;
    answer(200, "hello ", who != NULL ? who->sub : str("stranger"), "");
}

static void turn(device *d, barejwt_str header, int open) {
    const account *who;
    if (!authorised(d, BAREJWT_AUTH_REQUIRED, header, &who)) return;
    d->is_open = open;
    answer(200, open ? "opened by " : "closed by ", who->sub, "");
}

static void open_valve(device *d, barejwt_str header) { turn(d, header, 1); }
static void close_valve(device *d, barejwt_str header) { turn(d, header, 0); }

// ---- Minting and trading tokens -----------------------------------------------------------------

static void mint(device *d, barejwt_str sub) {
    const account *of = named(d, sub);
    if (of == NULL) return;
    char token[BAREJWT_ACCESS_TOKEN_MAX(SUB_LEN)];
    size_t len;
    barejwt_status st = barejwt_sign_access(&d->key, of->sub.ptr, of->sub.len, d->now,
                                            BAREJWT_ACCESS_LIFETIME, token, sizeof token, &len);
    if (st != BAREJWT_OK) {
        refuse(st);
        return;
    }
    say(200, token);
}

static void login(device *d, barejwt_str sub) {
    const account *of = named(d, sub);
    if (of == NULL) return;
    char access[BAREJWT_ACCESS_TOKEN_MAX(SUB_LEN)], refresh[BAREJWT_REFRESH_TOKEN_MAX(SUB_LEN)];
    barejwt_pair_options options = BAREJWT_PAIR_OPTIONS;
    barejwt_pair pair;
    barejwt_status st = barejwt_issue_pair(&d->key, of->sub.ptr, of->sub.len, of->state_hash,
                                           &options, d->now, access, sizeof access, refresh,
                                           sizeof refresh, &pair);
    if (st != BAREJWT_OK) {
        refuse(st);
        return;
    }
    answer(200, access, str(" "), refresh);
}

static void refresh(device *d, barejwt_str sent) {
    barejwt_validation want = BAREJWT_VALIDATION_REFRESH;
    want.max_token_len = TOKEN_MAX;
    uint8_t scratch[BAREJWT_SCRATCH_MAX(TOKEN_MAX)];
    barejwt_refresh token;
    barejwt_status st = barejwt_verify_refresh(&d->key, sent.ptr, sent.len, &want, d->now, scratch,
                                               sizeof scratch, &token);
    if (st != BAREJWT_OK) {
        refuse(st);
        return;
    }
    const account *of = find(d, token.unconfirmed.sub);
    if (of == NULL) {
        say(403, "no such account");
        return;
    }
    char access[BAREJWT_ACCESS_TOKEN_MAX(SUB_LEN)], next[BAREJWT_REFRESH_TOKEN_MAX(SUB_LEN)];
    barejwt_pair_options options = BAREJWT_PAIR_OPTIONS;
    barejwt_pair pair;
    st = barejwt_refresh_renew(&d->key, &token, of->state_hash, &options, access, sizeof access,
                               next, sizeof next, &pair);
    if (st != BAREJWT_OK) {
        refuse(st);
        return;
    }
    answer(200, access, str(" "), next);
}

// ---- The device as a client of somebody else's API ----------------------------------------------

// Takes the answer to our login or to our refresh. The line of the answer holds the tokens, so it is
// kept, and the other line takes the next message. If it brings no tokens, we must log in again.
static void take_answer(device *d, barejwt_str json) {
    barejwt_pair pair;
    barejwt_status st = barejwt_pair_from_answer(json.ptr, json.len, &pair, NULL);
    if (st == BAREJWT_OK) st = barejwt_session_renewed(&d->session, &pair);
    // Without a session to renew, this was a login.
    if (st == BAREJWT_E_NOT_READY) st = barejwt_session_init(&d->session, &pair, MARGIN);
    if (st != BAREJWT_OK) {
        d->session = (barejwt_session){0};
        say(502, barejwt_strerror(st));
        return;
    }
    d->next_line = &d->lines[d->next_line == &d->lines[0]];
    say(200, "logged in");
}

// Logging in begins a new session, so the old session ends.
static void log_in(device *d) {
    d->session = (barejwt_session){0};
    say(200, "log in");
}

static void tell(device *d, barejwt_status st, barejwt_next next) {
    if (st == BAREJWT_E_NOT_READY) log_in(d);
    else if (st != BAREJWT_OK) refuse(st);
    else if (next.action == BAREJWT_NEXT_USE_ACCESS) answer(200, "use ", next.token, "");
    else if (next.action == BAREJWT_NEXT_REFRESH) answer(200, "refresh ", next.token, "");
    else log_in(d);
}

static void what_next(device *d, barejwt_str rest) {
    (void)rest;
    barejwt_next next;
    barejwt_status st = barejwt_session_next(&d->session, d->now, &next);
    tell(d, st, next);
}

static void after_401(device *d, barejwt_str rest) {
    (void)rest;
    barejwt_next next;
    barejwt_status st = barejwt_session_after_401(&d->session, &next);
    tell(d, st, next);
}

static void noted(barejwt_status st) {
    if (st == BAREJWT_OK) say(200, "ok");
    else say(409, "not logged in");
}

static void accepted(device *d, barejwt_str rest) {
    (void)rest;
    noted(barejwt_session_accepted(&d->session));
}

static void refresh_refused(device *d, barejwt_str rest) {
    (void)rest;
    noted(barejwt_session_refresh_refused(&d->session));
}

// ---- The line protocol --------------------------------------------------------------------------

static void halt(device *d, barejwt_str rest) {
    (void)rest;
    barejwt_key_wipe(&d->key);
    d->halted = 1;
    say(200, "bye");
}

static const struct {
    const char *verb;
    void (*run)(device *, barejwt_str rest);
} messages[] = {
    {"time", set_time},         {"change", change},    {"status", status},
    {"hello", hello},           {"open", open_valve},  {"close", close_valve},
    {"mint", mint},             {"login", login},      {"refresh", refresh},
    {"answer", take_answer},    {"next", what_next},   {"401", after_401},
    {"accepted", accepted},     {"halt", halt},        {"refresh-refused", refresh_refused},
};

// A line is a verb, or a verb, a blank and the rest. Without the blank, rest.ptr is NULL.
static void obey(device *d, const line *l) {
    barejwt_str verb = {l->text, 0}, rest = {NULL, 0};
    while (verb.len < l->len && l->text[verb.len] != ' ') verb.len++;
    if (verb.len < l->len) rest = (barejwt_str){l->text + verb.len + 1, l->len - verb.len - 1};
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
        if (equal(verb, str(messages[i].verb))) {
            messages[i].run(d, rest);
            return;
        }
    }
    say(404, "no such message");
}

void firmware(void) {
    device d = {.accounts = {{{"lUpa", SUB_LEN}, {1}}, {{"lpua", SUB_LEN}, {2}}}};
    d.next_line = &d.lines[0];
    size_t len = key_page.len <= SECRET_MAX ? key_page.len : 0;
    barejwt_status st = barejwt_key_init(&d.key, key_page.secret, len);
    if (st != BAREJWT_OK) {
        refuse(st);
        board_exit(0);
    }
    say(200, "ready");
    while (!d.halted) {
        if (read_line(d.next_line)) obey(&d, d.next_line);
        else say(413, "the line is too long");
    }
    board_exit(1);
}

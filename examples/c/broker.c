// A device and the MQTT broker of its plant: a login that says what the device may do, and commands
// that it obeys only if the plant's server signed them, for this device, a moment ago. No heap.
//
//     cc broker.c -lbarejwt && ./a.out

#include <barejwt.h>
#include <stdio.h>

#define DEVICE "device-42"
#define RIGHTS "{\"iss\":\"plant-7\",\"acl\":[\"telemetry/42\"]}"
#define COMMAND_MAX 512 // bytes of a command's token; longer ones are refused

static int fail(const char *what, barejwt_status st) {
    fprintf(stderr, "broker: cannot %s: %s\n", what, barejwt_strerror(st));
    return 1;
}

// The password with which the device connects, for ten minutes.
static barejwt_status log_in(const barejwt_key *key, int64_t now) {
    barejwt_to_sign what = BAREJWT_TO_SIGN_JWT;
    what.sub = BAREJWT_STR(DEVICE);
    what.members = BAREJWT_STR(RIGHTS);
    what.lifetime = 600;
    char token[BAREJWT_JWT_TOKEN_MAX(sizeof DEVICE + sizeof RIGHTS)];
    size_t len;
    barejwt_status st = barejwt_sign(key, &what, now, token, sizeof token, &len);
    if (st == BAREJWT_OK) printf("login     %s\n", token);
    return st;
}

// What came in as a command, as a token.
static void obey(const barejwt_key *key, barejwt_str token, int64_t now) {
    barejwt_validation want = BAREJWT_VALIDATION_JWT;
    want.issuer = BAREJWT_STR("https://plant-7.example");
    want.audience = BAREJWT_STR(DEVICE);
    want.max_age = 60;
    want.leeway = 5;
    want.max_token_len = COMMAND_MAX;
    uint8_t scratch[BAREJWT_SCRATCH_MAX(COMMAND_MAX)];
    barejwt_claims claims;
    barejwt_value command;
    barejwt_status st = barejwt_verify(key, token.ptr, token.len, &want, now, scratch,
                                       sizeof scratch, &claims);
    if (st == BAREJWT_OK) {
        st = barejwt_claims_get(&claims, BAREJWT_LIT("command"), NULL, 0, &command);
    }
    if (st != BAREJWT_OK) {
        printf("refused   %s\n", barejwt_strerror(st));
    } else if (command.kind != BAREJWT_VALUE_STRING) {
        puts("refused   the command is not a string");
    } else {
        printf("obeyed    %.*s, for %.*s\n", (int)command.text.len, command.text.ptr,
               (int)claims.sub.len, claims.sub.ptr);
    }
}

// What the plant's server does, so that there are commands: signs one with these members, which
// arrives so many seconds later.
static barejwt_status command(const barejwt_key *key, barejwt_str members, int64_t now,
                              int64_t later) {
    barejwt_to_sign what = BAREJWT_TO_SIGN_JWT;
    what.sub = BAREJWT_STR("operator-3");
    what.members = members;
    char token[COMMAND_MAX];
    size_t len;
    barejwt_status st = barejwt_sign(key, &what, now, token, sizeof token, &len);
    if (st == BAREJWT_OK) obey(key, (barejwt_str){token, len}, now + later);
    return st;
}

int main(void) {
    int64_t now = 1745651978; // seconds since 1970, from your clock

    barejwt_key broker, plant;
    barejwt_status st =
        barejwt_key_init(&broker, BAREJWT_LIT("32 bytes or more that device and broker know"));
    if (st != BAREJWT_OK) return fail("use the broker's key", st);
    st = barejwt_key_init(&plant, BAREJWT_LIT("32 bytes or more that device and plant know"));
    if (st != BAREJWT_OK) return fail("use the plant's key", st);

    st = log_in(&broker, now);
    if (st != BAREJWT_OK) return fail("log in", st);

    barejwt_str ours = BAREJWT_STR("{\"iss\":\"https://plant-7.example\","
                                   "\"aud\":[\"device-41\",\"device-42\"],\"command\":\"open\"}");
    barejwt_str others = BAREJWT_STR("{\"iss\":\"https://plant-7.example\","
                                     "\"aud\":\"device-41\",\"command\":\"open\"}");
    barejwt_str strangers = BAREJWT_STR("{\"iss\":\"https://plant-8.example\","
                                        "\"aud\":\"device-42\",\"command\":\"open\"}");
    st = command(&plant, ours, now, 2);
    if (st == BAREJWT_OK) st = command(&plant, ours, now, 66);
    if (st == BAREJWT_OK) st = command(&plant, others, now, 2);
    if (st == BAREJWT_OK) st = command(&plant, strangers, now, 2);
    if (st != BAREJWT_OK) return fail("sign a command", st);

    barejwt_key_wipe(&broker);
    barejwt_key_wipe(&plant);
    return 0;
}

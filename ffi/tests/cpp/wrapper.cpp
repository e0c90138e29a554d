// Tests each function of barejwt.hpp once, and all that the wrapper adds. .ci/package builds and runs
// it. Last line: "N passed, M failed".

#include <barejwt.hpp>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <type_traits>

using namespace barejwt;

static int passed = 0, failed = 0, allocations = 0;

static void check(bool ok, const char *what, int line) {
    if (ok) {
        ++passed;
    } else {
        ++failed;
        std::fprintf(stderr, "wrapper.cpp:%d: failed: %s\n", line, what);
    }
}
#define CHECK(condition) check((condition), #condition, __LINE__)

void *operator new(std::size_t size) {
    ++allocations;
    return std::malloc(size);
}
void operator delete(void *memory) noexcept { std::free(memory); }
void operator delete(void *memory, std::size_t) noexcept { std::free(memory); }

static_assert(!std::is_copy_constructible_v<Key> && !std::is_copy_assignable_v<Key>);
static_assert(std::is_nothrow_move_constructible_v<Key> && std::is_nothrow_move_assignable_v<Key>);
static_assert(!std::is_move_constructible_v<Keyring<2>>);
static_assert(!std::is_constructible_v<Claims, Unverified>);
static_assert(!std::is_constructible_v<Claims, barejwt_claims>);
static_assert(!std::is_convertible_v<Unverified, Claims>);
static_assert(!std::is_convertible_v<Refresh, Claims>);
static_assert(!std::is_convertible_v<Result<Claims>, bool>, "only where a condition is asked for");
// These results outlive the temporary. lifetimes.cpp has the calls whose results would not.
static_assert(std::is_same_v<decltype(Validation::access().leeway(30)), Validation>);
static_assert(std::is_same_v<decltype(Validation::access().subject("lUpa")), Validation>);
static_assert(std::is_same_v<decltype(Validation::access().typ("JWT")), Validation>);
static_assert(std::is_same_v<decltype(Validation::access().require(0)), Validation>);
static_assert(std::is_same_v<decltype(Validation::access().allow_missing(0)), Validation>);
static_assert(std::is_same_v<decltype(Validation::access().ignore(0)), Validation>);
static_assert(std::is_same_v<decltype(Validation::jwt().issuer("a").audience("b").max_age(1)), Validation>);
static_assert(std::is_same_v<decltype(ToSign::jwt("a").members("{}")), ToSign>);
static_assert(std::is_same_v<decltype(Validation::access().max_token_len(1)), Validation>);
static_assert(std::is_same_v<decltype(std::declval<const Result<Claims> &>().detail()), Detail>);

static const std::int64_t now = 1745651978;
static const char secret[] = "32 bytes or more from a good random source";

using Token = std::array<char, 512>;
using Scratch = std::array<std::uint8_t, BAREJWT_SCRATCH_MAX(512)>;

// Takes the value out of a result.
template <class T>
static T got(Result<T> result) {
    return std::move(*result);
}

// Counts the bytes of the object, except zeros, that its destructor does not change.
template <class T, class Fill>
static int bytes_left(Fill fill) {
    alignas(T) unsigned char memory[sizeof(T)] = {};
    unsigned char live[sizeof(T)];
    T *object = new (memory) T;
    fill(*object);
    std::memcpy(live, memory, sizeof live);
    object->~T();
    const volatile unsigned char *wiped = memory;
    int left = 0;
    for (std::size_t i = 0; i < sizeof live; ++i) left += live[i] != 0 && live[i] == wiped[i];
    return left;
}

static void results() {
    const Result<int> good(BAREJWT_OK, {}, 7), refused(BAREJWT_E_EXPIRED, {}, 7);
    CHECK(good && *good == 7 && good.status() == BAREJWT_OK);
    CHECK(!refused && *refused == 0 && refused.status() == BAREJWT_E_EXPIRED);
}

static void keys() {
    auto made = Key::create(secret);
    CHECK(made && made.status() == BAREJWT_OK);
    CHECK(Key::create("short").status() == BAREJWT_E_KEY_TOO_SHORT);
    CHECK(Key::create({}).status() == BAREJWT_E_KEY_TOO_SHORT);
    CHECK(Key::create_weak("short").status() == BAREJWT_OK);

    Token buf, again;
    const auto before = sign_access(*made, "lUpa", now, 60, buf);
    Key moved = std::move(*made);
    const auto after = sign_access(moved, "lUpa", now, 60, again);
    CHECK(before && after && *before == *after);
    CHECK(sign_access(*made, "lUpa", now, 60, again).status() == BAREJWT_E_NOT_READY);
    Key assigned;
    CHECK(sign_access(assigned, "lUpa", now, 60, again).status() == BAREJWT_E_NOT_READY);
    assigned = std::move(moved);
    CHECK(got(sign_access(assigned, "lUpa", now, 60, again)) == *before);
    CHECK(sign_access(moved, "lUpa", now, 60, again).status() == BAREJWT_E_NOT_READY);

    // A refused key is wiped and useless.
    const auto refused = Key::create("short");
    CHECK(sign_access(*refused, "lUpa", now, 60, again).status() == BAREJWT_E_NOT_READY);

    CHECK(bytes_left<Key>([&](Key &empty) { empty = std::move(assigned); }) == 0);
}

static void keyrings() {
    const auto old_key = Key::create("an old secret of 32 bytes or more");
    const auto new_key = Key::create(secret);
    Keyring<2> ring;
    Token buf;
    CHECK(sign_access(ring, "lUpa", now, 60, buf).status() == BAREJWT_E_KEYRING_EMPTY);
    CHECK(ring.add("2026-10", *old_key, BAREJWT_RING_WITHOUT_KID) == BAREJWT_OK);
    CHECK(sign_access(ring, "lUpa", now, 60, buf).status() == BAREJWT_E_KID_NOT_IN_KEYRING);
    CHECK(ring.add("2026-10", *new_key) == BAREJWT_E_KID_DUPLICATE);
    CHECK(ring.add("", *new_key) == BAREJWT_E_KID_INVALID);
    CHECK(ring.add("2026-11", *new_key, BAREJWT_RING_SIGNS) == BAREJWT_OK);
    CHECK(ring.add("2026-12", *new_key) == BAREJWT_E_KEYRING_FULL);

    CHECK(bytes_left<Keyring<2>>([&](Keyring<2> &other) {
              CHECK(other.add("2026-11", *new_key, BAREJWT_RING_SIGNS) == BAREJWT_OK);
          }) == 0);

    Scratch scratch;
    const auto token = sign_access(ring, "lUpa", now, 60, buf);
    CHECK(got(verify(ring, *token, Validation::access(), now, scratch)).sub() == "lUpa");
    CHECK(got(verify(*new_key, *token, Validation::access(), now, scratch)).sub() == "lUpa");
    const auto unnamed = sign_access(*old_key, "lUpa", now, 60, buf);
    CHECK(got(verify(ring, *unnamed, Validation::access(), now, scratch)).sub() == "lUpa");
}

static void signing_and_claims() {
    const auto key = Key::create(secret);
    Token buf;
    Scratch scratch;
    const auto token = sign_access(*key, "lUpa", now, 3600, buf);
    CHECK(token && buf[token->size()] == '\0' && token->data() == buf.data());
    CHECK(sign_access(*key, "lUpa", now, 3600, Buffer()).detail().needed == token->size() + 1);
    CHECK(sign_access(*key, "", now, 3600, buf).status() == BAREJWT_E_SUBJECT_EMPTY);
    CHECK(sign_access(*key, {}, now, 3600, buf).status() == BAREJWT_E_SUBJECT_EMPTY);
    CHECK(got(sign_access(*key, "lUpa", now, 0, buf)).empty());

    const auto again = sign_access(*key, "lUpa", now, 3600, buf);
    const auto claims = verify(*key, *again, Validation::access(), now, scratch);
    CHECK(claims && claims->sub() == "lUpa" && claims->token_type() == BAREJWT_TYPE_ACCESS &&
          claims->has() == (BAREJWT_CLAIM_TOKEN_TYPE | BAREJWT_CLAIM_SUB | BAREJWT_CLAIM_EXP | BAREJWT_CLAIM_NBF));
    CHECK(claims->exp() == now + 3600 && claims->nbf() == now);
    CHECK(claims->json() ==
          R"({"token_type":"access","sub":"lUpa","exp":1745655578,"nbf":1745651978})");

    // A refusal gives the reason and no identity.
    const auto late = verify(*key, *again, Validation::access(), now + 3601, scratch);
    CHECK(!late && late.status() == BAREJWT_E_EXPIRED);
    CHECK(late.detail().time == now + 3600 && late.detail().now == now + 3601);
    CHECK(late->sub().empty() && late->json().empty() && !late->exp() && !late->nbf());
    CHECK(std::strcmp(late.message(), message(BAREJWT_E_EXPIRED)) == 0);
    CHECK(late->get("sub").status() == BAREJWT_E_NOT_READY);

    Token own;
    const auto custom = sign_json(
        *key, R"({"sub":"lUpa","n":-7,"f":1.5,"b":true,"o":{"a":[]},"s":"a\nb","z":null})", own);
    const auto rules = Validation::access().allow_missing(BAREJWT_CLAIM_TOKEN_TYPE |
                                                          BAREJWT_CLAIM_EXP | BAREJWT_CLAIM_NBF);
    const auto mine = verify(*key, *custom, rules, now, scratch);
    CHECK(mine && !mine->exp() && !mine->nbf() && mine->token_type() == BAREJWT_TYPE_ABSENT);
    char room[3];
    CHECK(got(mine->get("n")).integer() == -7 && got(mine->get("n")).json() == "-7");
    CHECK(!got(mine->get("f")).integer() && got(mine->get("f")).json() == "1.5");
    CHECK(got(mine->get("b")).boolean() == true && !got(mine->get("b")).integer());
    CHECK(got(mine->get("o")).json() == R"({"a":[]})" && !got(mine->get("o")).string());
    CHECK(got(mine->get("s", room)).string() == "a\nb" && !got(mine->get("s", room)).json());
    CHECK(mine->get("s").status() == BAREJWT_E_OUTPUT_TOO_SMALL);
    CHECK(mine->get("s").detail().needed == 3);
    CHECK(got(mine->get("z")).kind() == BAREJWT_VALUE_NULL && !got(mine->get("z")).string());
    CHECK(mine->get("none").status() == BAREJWT_E_CLAIM_ABSENT && !got(mine->get("none")).string());
    CHECK(sign_json(*key, "[]", own).detail().needed == 0);
    CHECK(sign_json(*key, "[]", own).status() == BAREJWT_E_JSON_TO_SIGN);
}

static void rules() {
    const auto key = Key::create(secret);
    Token buf;
    Scratch scratch;
    const std::string_view token = got(sign_access(*key, "lUpa", now, 60, buf));
    const auto status = [&](const Validation &rules, std::int64_t when) {
        return verify(*key, token, rules, when, scratch).status();
    };
    CHECK(status(Validation::access(), now + 60) == BAREJWT_E_EXPIRED);
    const auto strict = Validation::access();
    const auto lenient = strict.leeway(1);
    CHECK(status(lenient, now + 60) == BAREJWT_OK && status(strict, now + 60) == BAREJWT_E_EXPIRED);
    CHECK(status(Validation::access().subject("lUpa"), now) == BAREJWT_OK);
    CHECK(status(Validation::access().subject("other"), now) == BAREJWT_E_SUBJECT_WRONG);
    // A rule with an absent subject does not accept every subject.
    CHECK(status(Validation::access().subject({}), now) == BAREJWT_E_SUBJECT_WRONG);
    CHECK(status(Validation::access().typ("JWT"), now) == BAREJWT_OK);
    CHECK(status(Validation::access().typ("at+jwt"), now) == BAREJWT_E_TYP_WRONG);
    CHECK(status(Validation::access().require(BAREJWT_CLAIM_STATE_HASH), now) ==
          BAREJWT_E_CLAIMS_MISSING);
    CHECK(status(Validation::access().max_token_len(token.size() - 1), now) ==
          BAREJWT_E_TOKEN_TOO_LONG);
    CHECK(scratch_size(token.size()) == BAREJWT_SCRATCH_MAX(token.size()));
    CHECK(status(Validation::refresh(), now) == BAREJWT_E_TOKEN_TYPE_WRONG);
    CHECK(status(Validation::any_type(), now) == BAREJWT_OK);
    CHECK(verify(*key, {}, Validation::access(), now, scratch).status() ==
          BAREJWT_E_SEGMENT_COUNT);

    Token other;
    const auto audience = sign_json(
        *key, R"({"token_type":"access","sub":"a","exp":1745651979,"nbf":1,"aud":"x"})", other);
    CHECK(verify(*key, *audience, Validation::access(), now, scratch).status() ==
          BAREJWT_E_AUDIENCE_UNEXPECTED);
    const auto anybody = Validation::access().ignore(BAREJWT_CLAIM_AUD);
    CHECK(got(verify(*key, *audience, anybody, now, scratch)).sub() == "a");
}

// Rules and members for any system, as in ffi/tests/c/rules.c.
static void any_system() {
    const auto key = Key::create(secret);
    Token buf;
    Scratch scratch;
    const std::string_view members = R"({"iss":"https://a.example","aud":["web","api"],"role":7})";
    const auto what = ToSign::jwt("device-42", 600).members(members);
    const auto needed = sign(*key, what, now, Buffer()).detail().needed;
    const std::string_view token = got(sign(*key, what, now, buf));
    CHECK(!token.empty() && needed == token.size() + 1);
    const auto status = [&](const Validation &rules, std::int64_t when) {
        return verify(*key, token, rules, when, scratch).status();
    };
    const auto rules = Validation::jwt().issuer("https://a.example").audience("api").max_age(60);
    CHECK(status(rules, now + 60) == BAREJWT_OK && status(rules, now + 61) == BAREJWT_E_TOO_OLD);
    CHECK(status(rules, now - 1) == BAREJWT_E_ISSUED_IN_FUTURE);
    CHECK(status(rules.issuer("b"), now) == BAREJWT_E_ISSUER_WRONG);
    CHECK(status(rules.audience("b"), now) == BAREJWT_E_AUDIENCE_WRONG);
    CHECK(status(Validation::jwt(), now) == BAREJWT_E_AUDIENCE_UNEXPECTED);
    CHECK(status(Validation::jwt().ignore(BAREJWT_CLAIM_AUD), now) == BAREJWT_OK);
    CHECK(status(Validation::access(), now) == BAREJWT_E_CLAIMS_MISSING);
    const auto claims = verify(*key, token, rules, now, scratch);
    CHECK(claims->sub() == "device-42" && got(claims->get("role")).integer() == 7);
    CHECK(sign(*key, what.members(R"({"exp":1})"), now, buf).status() ==
          BAREJWT_E_MEMBER_RESERVED);
    CHECK(sign(*key, what.members("[]"), now, buf).status() == BAREJWT_E_JSON_TO_SIGN);
    Token same;
    CHECK(got(sign(*key, ToSign::access("lUpa", 60), now, buf)) ==
          got(sign_access(*key, "lUpa", now, 60, same)));
    const StateHash hash{};
    CHECK(got(sign(*key, ToSign::refresh("lUpa", hash), now, buf)) ==
          got(sign_refresh(*key, "lUpa", hash, now, BAREJWT_REFRESH_LIFETIME, same)));
    CHECK(std::strcmp(version(), BAREJWT_VERSION) == 0 && abi_matches());
    CHECK(version_number() == BAREJWT_VERSION_NUMBER);
}

// Plays std::span, for compilers that do not have it.
struct View {
    char *data() const { return data_; }
    std::size_t size() const { return size_; }
    char *data_;
    std::size_t size_;
};
static_assert(std::is_constructible_v<Buffer, View> && std::is_constructible_v<Buffer, View &>);
static_assert(std::is_constructible_v<Buffer, Token &> && !std::is_constructible_v<Buffer, Token>);
static_assert(!std::is_constructible_v<Buffer, std::array<char, 16>>, "it would end at once");
static_assert(!std::is_constructible_v<Buffer, const Token &>, "it is written");
static_assert(!std::is_constructible_v<Buffer, std::array<int, 2> &>, "bytes or characters");

static void buffers() {
    const auto key = Key::create(secret);
    char room[BAREJWT_ACCESS_TOKEN_MAX(4)];
    CHECK(sign_access(*key, "lUpa", now, 60, View{room, sizeof room}).status() == BAREJWT_OK);
    CHECK(sign_access(*key, "lUpa", now, 60, View{room, 3}).status() == BAREJWT_E_OUTPUT_TOO_SMALL);
}

static void authorising() {
    const auto key = Key::create(secret);
    std::array<char, 7 + BAREJWT_ACCESS_TOKEN_MAX(4)> header = {'B', 'e', 'a', 'r', 'e', 'r', ' '};
    const auto token = sign_access(*key, "lUpa", now, 60, Buffer(&header[7], header.size() - 7));
    const std::string_view good(header.data(), 7 + token->size());
    Scratch scratch;
    const auto ask = [&](Auth auth, std::optional<std::string_view> value) {
        return authenticate(*key, auth, value, Validation::access(), now, scratch);
    };
    for (const Auth auth : {Auth::required, Auth::optional}) {
        const auto who = ask(auth, good);
        CHECK(who->user() != nullptr && who->user()->sub() == "lUpa" && !who->is_anonymous());
    }
    CHECK(ask(Auth::required, std::nullopt).status() == BAREJWT_E_AUTHORIZATION_MISSING);
    const auto nobody = ask(Auth::optional, std::nullopt);
    CHECK(nobody && nobody->is_anonymous() && nobody->user() == nullptr);
    CHECK(got(ask(Auth::none, good)).is_anonymous());
    CHECK(ask(static_cast<Auth>(7), good).status() == BAREJWT_E_OPTION);
    // An empty header is a malformed header, wherever its view points.
    for (const std::string_view empty : {std::string_view(), std::string_view("")}) {
        const auto refused = ask(Auth::optional, empty);
        CHECK(!refused && !refused->is_anonymous() && refused->user() == nullptr);
    }

    char buf[BAREJWT_WWW_AUTHENTICATE_MAX(3)];
    CHECK(got(www_authenticate(BAREJWT_E_AUTHORIZATION_MISSING, "api", buf)) ==
          R"(Bearer realm="api")");
    CHECK(www_authenticate(BAREJWT_OK, "api", buf).status() == BAREJWT_E_NO_CHALLENGE);
    CHECK(got(bearer_token(good)) == *token && got(bearer_token(good)).data() == &header[7]);
    CHECK(bearer_token(std::nullopt).status() == BAREJWT_E_AUTHORIZATION_MISSING);
    CHECK(bearer_token("").status() == BAREJWT_E_AUTHORIZATION_MALFORMED);
    CHECK(bearer_token("Basic bFVwYQ==").status() == BAREJWT_E_AUTHORIZATION_SCHEME);
    CHECK(http_status(BAREJWT_OK) == 200 && http_status(BAREJWT_E_EXPIRED) == 401);
}

static void pairs() {
    const auto key = Key::create(secret);
    StateHash hash{}, changed{};
    hash[0] = 1;
    Token access, refresh;
    Scratch scratch;
    const auto pair = issue_pair(*key, "lUpa", hash, PairOptions(), now, access, refresh);
    CHECK(pair && pair->access_expires == now + 3600 && pair->refresh_expires == now + 15552000);
    CHECK(got(verify(*key, pair->access_token, Validation::access(), now, scratch)).sub() == "lUpa");
    CHECK(issue_pair(*key, "lUpa", hash, PairOptions(), now, {}, {}).detail().needed ==
          pair->access_token.size() + 1);

    Token same;
    CHECK(got(sign_refresh(*key, "lUpa", hash, now, 15552000, same)) == pair->refresh_token);

    const auto token =
        verify_refresh(*key, pair->refresh_token, Validation::refresh(), now + 9, scratch);
    CHECK(token && token->claimed_sub() == "lUpa");
    Token access2, refresh2;
    Scratch again;
    const auto renewed = token->renew(*key, hash, PairOptions().lifetimes(60, 600), access2, refresh2);
    CHECK(renewed && renewed->access_expires == now + 69 && renewed->refresh_expires == now + 609);
    const auto refused = token->renew(*key, changed, PairOptions().lifetimes(60, 600), access2, refresh2);
    CHECK(refused.status() == BAREJWT_E_STATE_HASH_MISMATCH && refused->access_token.empty());
    const auto options = PairOptions().access_members(R"({"role":"guest"})").refresh_members("{}");
    const auto narrowed = token->renew(*key, hash, options, access2, refresh2);
    CHECK(got(got(verify(*key, narrowed->access_token, Validation::access(), now + 9, again))
                  .get("role"))
              .string() == "guest");
    CHECK(got(token->confirm(hash)).sub() == "lUpa");
    CHECK(token->confirm(changed).status() == BAREJWT_E_STATE_HASH_MISMATCH);
    CHECK(got(token->confirm(changed)).sub().empty());
    CHECK(Refresh().confirm(hash).status() == BAREJWT_E_NOT_READY);
    CHECK(verify_refresh(*key, pair->access_token, Validation::refresh(), now, scratch).status() ==
          BAREJWT_E_TOKEN_TYPE_WRONG);
}

static void sessions() {
    const auto answer = pair_from_answer(
        R"({"code":0,"data":{"token":{"access_token":"a.b.c","refresh_token":"d.e.f",)"
        R"("access_expires":"2025-04-26T16:19:38.833494+08:00",)"
        R"("refresh_expires":"2025-10-23T15:19:38+08:00"}},"msg":""})");
    CHECK(answer && answer->access_token == "a.b.c" && answer->refresh_token == "d.e.f");
    CHECK(answer->access_expires == 1745655578 && answer->refresh_expires == 1761203978);
    std::int64_t code = 0;
    CHECK(pair_from_answer(R"({"code":40020,"msg":"no"})", &code).status() ==
          BAREJWT_E_LOGIN_REFUSED);
    CHECK(code == 40020);

    auto session = Session::create(*answer, 60);
    CHECK(session && session->pair().refresh_token == answer->refresh_token &&
          session->pair().access_expires == answer->access_expires);
    CHECK(got(session->next(now)).action == Action::use_access);
    CHECK(got(session->next(now)).token == "a.b.c");
    CHECK(got(session->next(1745655578 - 60)).action == Action::refresh);
    CHECK(got(session->next(1745655578 - 60)).token == "d.e.f");
    CHECK(got(session->next(1761203978)).action == Action::refresh);
    CHECK(session->next(0).status() == BAREJWT_E_CLOCK_NOT_SET);
    CHECK(got(session->next(0)).action == Action::refused && got(session->next(0)).token.empty());
    CHECK(got(session->after_401()).action == Action::refresh);
    CHECK(session->renewed({"g.h.i", "j.k.l", now + 100, now + 200}) == BAREJWT_OK);
    CHECK(got(session->next(now)).token == "g.h.i");
    CHECK(session->accepted() == BAREJWT_OK);
    CHECK(session->refresh_refused() == BAREJWT_OK);
    CHECK(got(session->next(now)).action == Action::log_in);
    CHECK(Session().accepted() == BAREJWT_E_NOT_READY);
}

static void unverified() {
    Scratch scratch;
    // {"alg":"none"} . {"token_type":"refresh","sub":"root","exp":2,"nbf":1} .
    const auto said = decode_unverified("eyJhbGciOiJub25lIn0.eyJ0b2tlbl90eXBlIjoicmVmcmVzaCIsInN1Yi"
                                        "I6InJvb3QiLCJleHAiOjIsIm5iZiI6MX0.",
                                        scratch);
    CHECK(said && said->claims_status() == BAREJWT_OK && said->said_sub() == "root");
    CHECK(said->said_exp() == 2 && said->said_nbf() == 1);
    CHECK(said->said_token_type() == BAREJWT_TYPE_REFRESH);
    CHECK(said->header_json() == R"({"alg":"none"})");
    CHECK(said->payload_json() == R"({"token_type":"refresh","sub":"root","exp":2,"nbf":1})");
    CHECK(decode_unverified("..", scratch).status() == BAREJWT_E_JSON);
    CHECK(decode_unverified("a", scratch).status() == BAREJWT_E_SEGMENT_COUNT);
}

int main() {
    results();
    keys();
    keyrings();
    signing_and_claims();
    rules();
    any_system();
    buffers();
    authorising();
    pairs();
    sessions();
    unverified();
    CHECK(allocations == 0);
    std::printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}

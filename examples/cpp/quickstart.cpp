// Mints a token, verifies it, answers requests that bring it, and reports what is refused.
//
//     c++ -std=c++17 quickstart.cpp -lbarejwt && ./a.out

#include <barejwt.hpp>
#include <iostream>
#include <string>

using barejwt::Auth;
using barejwt::Key;
using barejwt::Validation;

static int fail(const char *what, const char *why) {
    std::cerr << "quickstart: cannot " << what << ": " << why << '\n';
    return 1;
}

// Answers a request that has the given Authorization header, or none.
static void answer(const Key &key, std::optional<std::string_view> header, std::int64_t now) {
    std::array<std::uint8_t, BAREJWT_SCRATCH_MAX(512)> scratch;
    const auto who =
        barejwt::authenticate(key, Auth::optional, header, Validation::access(), now, scratch);
    std::cout << "answered  " << barejwt::http_status(who.status());
    if (!who) {
        std::array<char, BAREJWT_WWW_AUTHENTICATE_MAX(3)> buf;
        if (const auto challenge = barejwt::www_authenticate(who.status(), "api", buf)) {
            std::cout << ", WWW-Authenticate: " << *challenge;
        }
        std::cout << '\n';
    } else if (const auto *user = who->user()) {
        std::cout << ", hello " << user->sub() << '\n';
    } else {
        std::cout << ", hello stranger\n";
    }
}

int main() {
    const std::int64_t now = 1745651978; // seconds since 1970, from your clock

    const auto key = Key::create("32 bytes or more from a good random source");
    if (!key) return fail("use the key", key.message());

    std::array<char, BAREJWT_ACCESS_TOKEN_MAX(4)> buf;
    const auto token = barejwt::sign_access(*key, "lUpa", now, BAREJWT_ACCESS_LIFETIME, buf);
    if (!token) return fail("mint a token", token.message());
    std::cout << "minted    " << *token << '\n';

    const auto rules = Validation::access().leeway(30);
    std::array<std::uint8_t, BAREJWT_SCRATCH_MAX(512)> scratch;
    const auto claims = barejwt::verify(*key, *token, rules, now, scratch);
    if (!claims) return fail("verify the token", claims.message());
    std::cout << "verified  sub " << claims->sub() << ", exp " << claims->exp().value_or(0) << '\n';

    // Refused: too late.
    const auto late = barejwt::verify(*key, *token, rules, now + 4000, scratch);
    if (late.status() == BAREJWT_E_EXPIRED) {
        std::cout << "refused   " << late.status() << ", " << late.message() << ", "
                  << late.detail().now - late.detail().time << " seconds ago\n";
    }

    // Refused: a buffer that is too small.
    std::array<char, 16> small;
    const auto cut = barejwt::sign_access(*key, "lUpa", now, BAREJWT_ACCESS_LIFETIME, small);
    std::cout << "refused   " << cut.status() << ", " << cut.message() << ", it needs "
              << cut.detail().needed << " bytes\n";

    const std::string header = "Bearer " + std::string(*token);
    answer(*key, header, now);
    answer(*key, std::nullopt, now);
    answer(*key, header, now + 4000);
    answer(*key, "Basic bFVwYTpzZWNyZXQ=", now);
    answer(*key, header, 0);
}

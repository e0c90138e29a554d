// Verifies an access token: verify KEY_FILE < TOKEN. One newline at the end of either is ignored.
#include <barejwt.hpp>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

static std::string read_all(std::istream &in) {
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
}

static int refuse(barejwt::Status status) {
    std::cerr << "verify: " << barejwt::message(status) << '\n';
    return 1;
}

int main(int argc, char **argv) {
    std::ifstream key_file(argc == 2 ? argv[1] : "", std::ios::binary);
    if (!key_file) {
        std::cerr << "usage: verify KEY_FILE < TOKEN\n";
        return 2;
    }
    const auto key = barejwt::Key::create(read_all(key_file));
    if (!key) return refuse(key.status());

    const std::string token = read_all(std::cin);
    std::array<char, BAREJWT_SCRATCH_MAX(1024)> scratch;
    const auto claims =
        barejwt::verify(*key, token, barejwt::Validation::access(), std::time(nullptr), scratch);
    if (!claims) return refuse(claims.status());
    std::cout << "sub " << claims->sub() << ", exp " << claims->exp().value_or(0) << '\n';
}

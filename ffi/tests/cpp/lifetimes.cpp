// Code that would leave a dangling pointer does not compile. This file compiles as it stands. With any
// single line after //! added, the compiler must report on that line that the function is deleted.
// ffi/tests/cpp/lifetimes checks that.

#include <barejwt.hpp>

#include <string>

using namespace barejwt;

std::string load();
void use(std::string_view);
void use(const barejwt_key &);
void use(const Validation &);
void use(const ToSign &);

void keys(const barejwt_key &old) {
    auto made = Key::create("32 bytes or more from a good random source");
    const Key &key = *made;
    //! const Key &gone = *Key::create("32 bytes or more from a good random source");
    //! const auto gone = *Key::create("32 bytes or more from a good random source");
    //! const barejwt_key &gone = *Key::create_weak("weak");
    use(key);
    const Key moved = std::move(*made);
    const barejwt_key &lent = moved;
    //! const barejwt_key &gone = Key();
    //! use(Key());
    use(lent);
    const Keyring<2> ring;
    const barejwt_key &first = ring;
    //! const barejwt_key &gone = Keyring<2>();
    use(first);
    use(old);
}

void values(const Key &key, std::string_view token, Buffer scratch) {
    const auto claims = verify(key, token, Validation::access(), 1, scratch);
    use(claims->sub());
    use((*claims).json());
    //! use(verify(key, token, Validation::access(), 1, scratch)->sub());
    //! const Claims &gone = *verify(key, token, Validation::access(), 1, scratch);
    //! use(std::move(claims)->sub());
    //! use((*std::move(claims)).sub());
    const auto name = claims->get("name");
    use(name->string().value_or(""));
    //! use(claims->get("name")->string().value_or(""));
    const Detail &why = verify(key, token, Validation::access(), 1, scratch).detail();
    use(why.needed == 0 ? "" : "a larger buffer");
}

void users(const Key &key, std::optional<std::string_view> header, Buffer scratch) {
    const auto who = authenticate(key, Auth::optional, header, Validation::access(), 1, scratch);
    const Claims *user = who->user();
    //! user = authenticate(key, Auth::optional, header, Validation::access(), 1, scratch)->user();
    //! user = Identity(*who).user();
    use(user == nullptr ? "" : user->sub());
}

void rules() {
    const std::string sub = load();
    const StateHash hash{};
    use(ToSign::refresh(sub, hash).members("{}"));
    const Validation &kept = Validation::access().leeway(30).subject(sub).typ("JWT");
    const Validation literal = kept.subject("lUpa").typ(std::string_view("JWT"));
    //! const auto gone = Validation::access().subject(load());
    //! const auto gone = Validation::access().subject("user " + sub);
    //! const auto gone = Validation::access().typ(load());
    //! const auto gone = Validation::jwt().issuer(load());
    //! const auto gone = Validation::jwt().audience(load());
    //! const auto gone = ToSign::jwt("a").members(load());
    //! const auto gone = ToSign::refresh("a", StateHash{});
    //! const auto gone = ToSign::jwt(load(), 600);
    //! const auto gone = ToSign::access("user " + sub);
    //! const auto gone = ToSign::refresh(load(), hash);
    //! const auto gone = PairOptions().access_members(load());
    //! const auto gone = PairOptions().refresh_members(load());
    use(kept);
    use(literal);
    const barejwt_validation &c = Validation::refresh();
    use(c.leeway == 0 ? "strict" : "");
}

void texts(const std::string &header) {
    const std::string answer = load();
    std::int64_t code = 0;
    const auto pair = pair_from_answer(answer, &code);
    use(pair->access_token);
    //! const auto gone = pair_from_answer(load());
    //! const auto gone = pair_from_answer(load(), &code);
    const auto token = bearer_token(header);
    use(*token);
    //! const auto gone = bearer_token(load());
    //! const auto gone = bearer_token(std::optional<std::string>(load()));
}

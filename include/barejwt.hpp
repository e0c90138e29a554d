// barejwt for C++17: barejwt.h with types that cannot be confused. MIT OR Apache-2.0.
//
//     auto key = barejwt::Key::create(secret);
//     if (!key) return fail(key.message());
//
//     std::array<char, BAREJWT_ACCESS_TOKEN_MAX(4)> buf;
//     auto token = barejwt::sign_access(*key, "lUpa", now, BAREJWT_ACCESS_LIFETIME, buf);
//     if (!token) return fail(token.message());
//
//     std::array<std::uint8_t, BAREJWT_SCRATCH_MAX(512)> scratch;
//     auto claims = barejwt::verify(*key, *token, barejwt::Validation::access().leeway(30), now,
//                                   scratch);
//     if (!claims) return fail(claims.message());
//     greet(claims->sub());
//
// All functions are inline calls of the C functions. They allocate nothing, throw nothing, and compile
// with -fno-exceptions -fno-rtti. barejwt.h says what each call checks and which statuses it returns.
// The comments here say what C++ adds.
//
// OWNERSHIP. You own every buffer, as in C. A std::string_view in a result points into the buffer or
// the input of its call. Neither may change or end before the view. A view of a temporary does not
// compile: give a result, a key and an answer a name before you use their contents.
//
// KEYS. Where a function takes a key, pass a Key, a Keyring, or a barejwt_key of C.
//
// TIMES are seconds since 1970. Lifetimes are seconds.

#ifndef BAREJWT_HPP
#define BAREJWT_HPP

#if __cplusplus < 201703L && (!defined(_MSVC_LANG) || _MSVC_LANG < 201703L)
#error "barejwt.hpp needs C++17"
#else

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "barejwt.h"

namespace barejwt {

// The result of a call: BAREJWT_OK, or the BAREJWT_E_ number of the check that failed.
using Status = barejwt_status;

// The data of a refusal.
using Detail = barejwt_detail;

// Your digest of an account's credential state.
using StateHash = std::array<std::uint8_t, BAREJWT_STATE_HASH_BYTES>;

// One line of English for a status.
[[nodiscard]] inline const char *message(Status status) noexcept {
    return barejwt_strerror(status);
}

// The version of the library that is linked. BAREJWT_VERSION is the version of this header.
[[nodiscard]] inline const char *version() noexcept { return barejwt_version(); }
// The same as a number, in the form of BAREJWT_VERSION_NUMBER.
[[nodiscard]] inline std::uint32_t version_number() noexcept { return barejwt_version_number(); }
// Whether the library that is linked has the structs and functions of this header.
[[nodiscard]] inline bool abi_matches() noexcept {
    return barejwt_abi_version() == BAREJWT_ABI_VERSION;
}

// ---- Results ------------------------------------------------------------------------------------

// A value, or the reason why there is none. After a refusal the value is empty: it identifies nobody and
// holds no token, so that a forgotten check lets nobody in. Only a result with a name gives its value,
// because the value ends with the result, and nobody has checked a temporary.
template <class T>
class [[nodiscard]] Result {
public:
    // The result of a call that ended in status. value counts only with BAREJWT_OK.
    Result(Status status, const Detail &detail, T value) noexcept
        : value_(status == BAREJWT_OK ? std::move(value) : T{}), detail_(detail), status_(status) {}

    // Whether the call succeeded.
    [[nodiscard]] explicit operator bool() const noexcept { return status_ == BAREJWT_OK; }
    // BAREJWT_OK, or the number of the check that failed.
    [[nodiscard]] Status status() const noexcept { return status_; }
    // The status in English.
    [[nodiscard]] const char *message() const noexcept { return barejwt_strerror(status_); }
    // The data of the refusal.
    [[nodiscard]] Detail detail() const noexcept { return detail_; }

    // The value. std::move(*result) moves it out.
    [[nodiscard]] T &operator*() & noexcept { return value_; }
    // The value.
    [[nodiscard]] const T &operator*() const & noexcept { return value_; }
    T &&operator*() const && = delete;
    // A member of the value.
    [[nodiscard]] T *operator->() & noexcept { return &value_; }
    // A member of the value.
    [[nodiscard]] const T *operator->() const & noexcept { return &value_; }
    T *operator->() const && = delete;

private:
    T value_;
    Detail detail_;
    Status status_;
};

// ---- Buffers ------------------------------------------------------------------------------------

// Not part of the interface.
namespace detail {

// A range of bytes or characters that may be written: an array, a vector, a string, a span.
template <class Range>
using IfBytes = std::enable_if_t<
    sizeof(*std::declval<Range &>().data()) == 1 &&
    std::is_convertible_v<decltype(std::declval<Range &>().data()), void *> &&
    std::is_convertible_v<decltype(std::declval<Range &>().size()), std::size_t>>;

// A view of such a range. Its bytes may be written even if the view is constant, so that it owns nothing.
template <class Range>
using IfView = std::enable_if_t<
    std::is_convertible_v<decltype(std::declval<const Range &>().data()), void *>>;

} // namespace detail

// Your buffer for a token or for scratch. Make it from an array of bytes or characters, or from anything
// that has data and size, such as a std::span.
class Buffer {
public:
    // No buffer. The call then gives the size that is needed as detail().needed.
    constexpr Buffer() noexcept = default;
    // size bytes at data.
    constexpr Buffer(void *data, std::size_t size) noexcept : data_(data), size_(size) {}
    // A whole C array.
    template <class Byte, std::size_t N>
    constexpr Buffer(Byte (&array)[N]) noexcept : data_(array), size_(N) {
        static_assert(sizeof(Byte) == 1, "a buffer is an array of bytes or characters");
    }
    // All bytes of range: a std::array, std::vector, std::string or std::span.
    template <class Range, class = detail::IfBytes<Range>>
    constexpr Buffer(Range &range) noexcept : data_(range.data()), size_(range.size()) {}
    // A temporary that owns nothing, such as a std::span.
    template <class Range, class = detail::IfBytes<Range>, class = detail::IfView<Range>,
              class = std::enable_if_t<!std::is_lvalue_reference_v<Range>>>
    constexpr Buffer(Range &&range) noexcept : data_(range.data()), size_(range.size()) {}

    // The first byte.
    [[nodiscard]] constexpr void *data() const noexcept { return data_; }
    // The first byte, as a character.
    [[nodiscard]] constexpr char *text() const noexcept { return static_cast<char *>(data_); }
    // Bytes.
    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }

private:
    void *data_ = nullptr;
    std::size_t size_ = 0;
};

// Not part of the interface.
namespace detail {

// A temporary that owns its text, such as a std::string. A view of it would outlive it.
template <class Text>
using IfTemporary = std::enable_if_t<!std::is_trivially_destructible_v<Text>>;

[[nodiscard]] inline std::string_view view(const barejwt_str &text) noexcept {
    return text.ptr == nullptr ? std::string_view() : std::string_view(text.ptr, text.len);
}

// In C, NULL means absent. An empty std::string_view is an empty string, wherever it points.
[[nodiscard]] inline const char *start(std::string_view text) noexcept {
    return text.data() == nullptr ? "" : text.data();
}

[[nodiscard]] inline barejwt_str str(std::string_view text) noexcept {
    return {start(text), text.size()};
}

// len is the length of the text that was written, or the size that out needs.
[[nodiscard]] inline Result<std::string_view> written(Status status, Buffer out,
                                                      std::size_t len) noexcept {
    Detail why{};
    if (status == BAREJWT_OK) return {status, why, std::string_view(out.text(), len)};
    why.needed = len;
    return {status, why, {}};
}

} // namespace detail

// ---- Keys ---------------------------------------------------------------------------------------

// A prepared key: made once, shared by reference between threads, wiped at its end. It can be moved but
// not copied. A key that is empty or moved from is refused with BAREJWT_E_NOT_READY.
class Key {
public:
    // An empty key.
    Key() noexcept = default;
    // Takes the key of other, and wipes other.
    Key(Key &&other) noexcept : key_(other.key_) { barejwt_key_wipe(&other.key_); }
    // Wipes this key, takes the key of other, and wipes other.
    Key &operator=(Key &&other) noexcept {
        if (this != &other) {
            barejwt_key_wipe(&key_);
            key_ = other.key_;
            barejwt_key_wipe(&other.key_);
        }
        return *this;
    }
    Key(const Key &) = delete;
    Key &operator=(const Key &) = delete;
    // Wipes the key.
    ~Key() { barejwt_key_wipe(&key_); }

    // A key from a secret of BAREJWT_KEY_MIN bytes or more. No copy of the secret is kept.
    static Result<Key> create(std::string_view secret) noexcept {
        Key key;
        const Status status = barejwt_key_init(&key.key_, secret.data(), secret.size());
        return {status, {}, std::move(key)};
    }

    // A key from a secret that may be weak. barejwt_key_init_weak tells the danger.
    static Result<Key> create_weak(std::string_view secret) noexcept {
        Key key;
        const Status status = barejwt_key_init_weak(&key.key_, secret.data(), secret.size());
        return {status, {}, std::move(key)};
    }

    // The key that the C functions take.
    [[nodiscard]] operator const barejwt_key &() const & noexcept { return key_; }
    operator const barejwt_key &() const && = delete;

private:
    barejwt_key key_{};
};

// Up to N keys with names, for rotation. A token is verified with the key that its kid names. The keyring
// is wiped at its end. It cannot be moved, and is refused while it is empty.
template <std::size_t N>
class Keyring {
    static_assert(N > 0, "a keyring needs a slot");

public:
    // A keyring without keys.
    Keyring() noexcept : status_(barejwt_keyring_init(&ring_, slots_.data(), N)) {}
    Keyring(const Keyring &) = delete;
    Keyring &operator=(const Keyring &) = delete;
    // Wipes the keys.
    ~Keyring() { barejwt_keyring_wipe(&ring_); }

    // Copies key into the ring under the name kid. uses is 0 or BAREJWT_RING_ bits.
    [[nodiscard]] Status add(std::string_view kid, const Key &key,
                             std::uint32_t uses = 0) noexcept {
        if (status_ != BAREJWT_OK) return status_;
        const barejwt_key &copied = key;
        return barejwt_keyring_add(&ring_, detail::start(kid), kid.size(), &copied, uses);
    }

    // The key that the C functions take.
    [[nodiscard]] operator const barejwt_key &() const & noexcept { return ring_.key; }
    operator const barejwt_key &() const && = delete;

private:
    std::array<barejwt_slot, N> slots_{};
    barejwt_keyring ring_{};
    Status status_;
};

// ---- Signing ------------------------------------------------------------------------------------

// Signs an access token for sub, valid from now, into out. BAREJWT_ACCESS_TOKEN_MAX bytes are enough.
inline Result<std::string_view> sign_access(const barejwt_key &key, std::string_view sub,
                                            std::int64_t now, std::uint32_t lifetime,
                                            Buffer out) noexcept {
    std::size_t len = 0;
    const Status status = barejwt_sign_access(&key, detail::start(sub), sub.size(), now, lifetime,
                                              out.text(), out.size(), &len);
    return detail::written(status, out, len);
}

// Signs a refresh token for sub, valid from now, into out. At login, issue_pair is usually simpler.
inline Result<std::string_view> sign_refresh(const barejwt_key &key, std::string_view sub,
                                             const StateHash &state_hash, std::int64_t now,
                                             std::uint32_t lifetime, Buffer out) noexcept {
    std::size_t len = 0;
    const Status status =
        barejwt_sign_refresh(&key, detail::start(sub), sub.size(), state_hash.data(), now, lifetime,
                             out.text(), out.size(), &len);
    return detail::written(status, out, len);
}

// A token for sign to sign. It keeps views and pointers, not copies: their texts must not change until
// the token is signed. Each method returns a new ToSign and does not change this one.
//
//     const auto what = ToSign::jwt("device-42", 600).members(R"({"iss":"plant-7"})");
class ToSign {
public:
    // An access token of the site.
    [[nodiscard]] static ToSign access(std::string_view sub,
                                       std::uint32_t lifetime = BAREJWT_ACCESS_LIFETIME) noexcept {
        return ToSign(barejwt_to_sign BAREJWT_TO_SIGN_ACCESS, sub, lifetime);
    }
    // A refresh token of the site.
    [[nodiscard]] static ToSign
    refresh(std::string_view sub, const StateHash &state_hash,
            std::uint32_t lifetime = BAREJWT_REFRESH_LIFETIME) noexcept {
        ToSign what(barejwt_to_sign BAREJWT_TO_SIGN_REFRESH, sub, lifetime);
        what.what_.state_hash = state_hash.data();
        return what;
    }
    static ToSign refresh(std::string_view, StateHash &&, std::uint32_t = 0) = delete;
    template <class Text, class = detail::IfTemporary<Text>>
    static ToSign access(Text &&, std::uint32_t = 0) = delete;
    template <class Text, class = detail::IfTemporary<Text>>
    static ToSign refresh(Text &&, const StateHash &, std::uint32_t = 0) = delete;
    template <class Text, class = detail::IfTemporary<Text>>
    static ToSign jwt(Text &&, std::uint32_t = 0) = delete;
    // A token for any other system, with sub, iat and exp.
    [[nodiscard]] static ToSign jwt(std::string_view sub,
                                    std::uint32_t lifetime = BAREJWT_ACCESS_LIFETIME) noexcept {
        return ToSign(barejwt_to_sign BAREJWT_TO_SIGN_JWT, sub, lifetime);
    }
    // Adds your own members, which are the members of one strict JSON object. They follow the
    // standard members.
    [[nodiscard]] ToSign members(std::string_view json) const noexcept {
        ToSign what = *this;
        what.what_.members = detail::str(json);
        return what;
    }
    template <class Text, class = detail::IfTemporary<Text>>
    ToSign members(Text &&) const = delete;

    // The struct that the C function takes.
    [[nodiscard]] operator barejwt_to_sign() const noexcept { return what_; }

private:
    ToSign(const barejwt_to_sign &what, std::string_view sub, std::uint32_t lifetime) noexcept
        : what_(what) {
        what_.sub = detail::str(sub);
        what_.lifetime = lifetime;
    }

    barejwt_to_sign what_;
};

// Signs a token with your own members, or for another system, into out. It is valid from now.
inline Result<std::string_view> sign(const barejwt_key &key, const barejwt_to_sign &what,
                                     std::int64_t now, Buffer out) noexcept {
    std::size_t len = 0;
    const Status status = barejwt_sign(&key, &what, now, out.text(), out.size(), &len);
    return detail::written(status, out, len);
}

// Signs a claims set that you have written, one strict JSON object, into out. BAREJWT_JSON_TOKEN_MAX bytes
// are enough.
inline Result<std::string_view> sign_json(const barejwt_key &key, std::string_view json,
                                          Buffer out) noexcept {
    std::size_t len = 0;
    const Status status = barejwt_sign_json(&key, detail::start(json), json.size(), out.text(),
                                            out.size(), &len);
    return detail::written(status, out, len);
}

// ---- Rules --------------------------------------------------------------------------------------

// The rules that a token must meet. They begin strict. Each method returns new rules and does not change
// these.
//
//     const auto rules = Validation::access().leeway(30).subject("lUpa");
class Validation {
public:
    // Rules for an access token of the site.
    [[nodiscard]] static Validation access() noexcept {
        return Validation(barejwt_validation BAREJWT_VALIDATION_ACCESS);
    }
    // Rules for a refresh token of the site.
    [[nodiscard]] static Validation refresh() noexcept {
        return Validation(barejwt_validation BAREJWT_VALIDATION_REFRESH);
    }
    // Rules for a token of any other system: exp is required, and nothing else.
    [[nodiscard]] static Validation jwt() noexcept {
        return Validation(barejwt_validation BAREJWT_VALIDATION_JWT);
    }
    // Rules for an access token or a refresh token. Do not authorise calls with them.
    [[nodiscard]] static Validation any_type() noexcept {
        Validation rules = access();
        rules.rules_.token_type = BAREJWT_TYPE_ANY;
        return rules;
    }

    // Allows this many seconds after exp, before nbf and on each side of max_age.
    [[nodiscard]] Validation leeway(std::uint32_t seconds) const noexcept {
        Validation rules = *this;
        rules.rules_.leeway = seconds;
        return rules;
    }
    // The subject that the token must have. The rules keep the view, not a copy: the text must not
    // change while the rules are used.
    [[nodiscard]] Validation subject(std::string_view sub) const noexcept {
        Validation rules = *this;
        rules.rules_.sub = detail::str(sub);
        return rules;
    }
    template <class Text, class = detail::IfTemporary<Text>>
    Validation subject(Text &&) const = delete;
    // The issuer that the token must have. The rules keep the view, as with subject.
    [[nodiscard]] Validation issuer(std::string_view iss) const noexcept {
        Validation rules = *this;
        rules.rules_.issuer = detail::str(iss);
        return rules;
    }
    template <class Text, class = detail::IfTemporary<Text>>
    Validation issuer(Text &&) const = delete;
    // The audience that aud must name. The rules keep the view, as with subject.
    [[nodiscard]] Validation audience(std::string_view aud) const noexcept {
        Validation rules = *this;
        rules.rules_.audience = detail::str(aud);
        return rules;
    }
    template <class Text, class = detail::IfTemporary<Text>>
    Validation audience(Text &&) const = delete;
    // Requires an iat that is not in the future and at most this many seconds ago. 0 allows any age.
    [[nodiscard]] Validation max_age(std::uint32_t seconds) const noexcept {
        Validation rules = *this;
        rules.rules_.max_age = seconds;
        return rules;
    }
    // The media type that the header's typ must be. The rules keep the view, as with subject.
    [[nodiscard]] Validation typ(std::string_view media_type) const noexcept {
        Validation rules = *this;
        rules.rules_.typ = detail::str(media_type);
        return rules;
    }
    template <class Text, class = detail::IfTemporary<Text>>
    Validation typ(Text &&) const = delete;
    // Also requires these claims: BAREJWT_CLAIM_ bits.
    [[nodiscard]] Validation require(std::uint32_t claims) const noexcept {
        Validation rules = *this;
        rules.rules_.require |= claims;
        return rules;
    }
    // Allows these claims to be missing: BAREJWT_CLAIM_ bits. A token without exp never expires.
    [[nodiscard]] Validation allow_missing(std::uint32_t claims) const noexcept {
        Validation rules = *this;
        rules.rules_.allow_missing |= claims;
        return rules;
    }
    // Does not look at these claims, whatever type they have: BAREJWT_CLAIM_ bits. A claim is still
    // checked if subject, issuer, audience, max_age or require needs it.
    [[nodiscard]] Validation ignore(std::uint32_t claims) const noexcept {
        Validation rules = *this;
        rules.rules_.ignore |= claims;
        return rules;
    }
    // Most bytes of a token, instead of BAREJWT_TOKEN_LEN_DEFAULT.
    [[nodiscard]] Validation max_token_len(std::size_t bytes) const noexcept {
        Validation rules = *this;
        rules.rules_.max_token_len = bytes;
        return rules;
    }

    // The struct that the C functions take.
    [[nodiscard]] operator barejwt_validation() const noexcept { return rules_; }

private:
    explicit Validation(const barejwt_validation &rules) noexcept : rules_(rules) {}

    barejwt_validation rules_;
};

// ---- Claims -------------------------------------------------------------------------------------

// The value of one claim.
class Value {
public:
    // No value.
    Value() noexcept = default;

    // A BAREJWT_VALUE_ number.
    [[nodiscard]] std::uint32_t kind() const noexcept { return value_.kind; }
    // The unescaped string, if the value is a string.
    [[nodiscard]] std::optional<std::string_view> string() const noexcept {
        if (value_.kind != BAREJWT_VALUE_STRING) return std::nullopt;
        return detail::view(value_.text);
    }
    // The number, if it is written without fraction and exponent and fits.
    [[nodiscard]] std::optional<std::int64_t> integer() const noexcept {
        if (value_.kind != BAREJWT_VALUE_NUMBER || value_.is_integer == 0) return std::nullopt;
        return value_.integer;
    }
    // True or false, if the value is one of them.
    [[nodiscard]] std::optional<bool> boolean() const noexcept {
        if (value_.kind != BAREJWT_VALUE_BOOL) return std::nullopt;
        return value_.integer != 0;
    }
    // The JSON text, if the value is a number, an object or an array.
    [[nodiscard]] std::optional<std::string_view> json() const noexcept {
        if (value_.kind < BAREJWT_VALUE_NUMBER || value_.kind > BAREJWT_VALUE_ARRAY) {
            return std::nullopt;
        }
        return detail::view(value_.text);
    }

private:
    explicit Value(const barejwt_value &value) noexcept : value_(value) {}
    friend class Claims;

    barejwt_value value_{};
};

// The claims of a token whose signature, type and times were checked. Only verifying gives claims with a
// subject. They point into the scratch buffer of their call.
class Claims {
public:
    // Empty claims, which identify nobody.
    Claims() noexcept = default;

    // The subject, unescaped. It is empty only if the rules allow a token without sub, or ignore sub.
    [[nodiscard]] std::string_view sub() const noexcept { return detail::view(claims_.sub); }
    // The whole claims set as it was signed.
    [[nodiscard]] std::string_view json() const noexcept { return detail::view(claims_.json); }
    // The time at which the token expires, if it has exp. A fraction is rounded down.
    [[nodiscard]] std::optional<std::int64_t> exp() const noexcept {
        return time(BAREJWT_CLAIM_EXP, claims_.exp);
    }
    // The time from which the token is valid, if it has nbf. A fraction is rounded up.
    [[nodiscard]] std::optional<std::int64_t> nbf() const noexcept {
        return time(BAREJWT_CLAIM_NBF, claims_.nbf);
    }
    // BAREJWT_TYPE_ACCESS, BAREJWT_TYPE_REFRESH or BAREJWT_TYPE_ABSENT.
    [[nodiscard]] std::uint32_t token_type() const noexcept { return claims_.token_type; }
    // Set of BAREJWT_CLAIM_ bits: the claims that the token has and the rules look at.
    [[nodiscard]] std::uint32_t has() const noexcept { return claims_.has; }

    // The claim with exactly this name. A string with JSON escapes is unescaped into buffer.
    Result<Value> get(std::string_view name, Buffer buffer = {}) const noexcept {
        barejwt_value value;
        Detail why{};
        const Status status = barejwt_claims_get(&claims_, detail::start(name), name.size(),
                                                 buffer.data(), buffer.size(), &value);
        why.needed = value.needed;
        return {status, why, Value(value)};
    }

private:
    explicit Claims(const barejwt_claims &claims) noexcept : claims_(claims) {}
    friend class Identity;
    friend class Refresh;
    friend Result<Claims> verify(const barejwt_key &, std::string_view, const barejwt_validation &,
                                 std::int64_t, Buffer) noexcept;

    [[nodiscard]] std::optional<std::int64_t> time(std::uint32_t claim,
                                                   std::int64_t seconds) const noexcept {
        if ((claims_.has & claim) == 0) return std::nullopt;
        return seconds;
    }

    barejwt_claims claims_{};
};

// Bytes of scratch that are enough for any token of token_len bytes. BAREJWT_SCRATCH_MAX is the same as a
// constant.
[[nodiscard]] inline std::size_t scratch_size(std::size_t token_len) noexcept {
    return barejwt_scratch_size(token_len);
}

// Verifies a token by rules at the time now. BAREJWT_SCRATCH_MAX bytes of scratch are enough.
inline Result<Claims> verify(const barejwt_key &key, std::string_view token,
                             const barejwt_validation &rules, std::int64_t now,
                             Buffer scratch) noexcept {
    barejwt_claims claims;
    const Status status = barejwt_verify(&key, detail::start(token), token.size(), &rules, now,
                                         scratch.data(), scratch.size(), &claims);
    return {status, claims.detail, Claims(claims)};
}

// ---- Authorising a request ----------------------------------------------------------------------

// What a call needs from its caller.
enum class Auth : std::uint32_t {
    // A valid access token.
    required = BAREJWT_AUTH_REQUIRED,
    // A valid access token, or no Authorization header.
    optional = BAREJWT_AUTH_OPTIONAL,
    // Nothing: the header is not looked at.
    none = BAREJWT_AUTH_NONE,
};

// Who is calling.
class Identity {
public:
    // No caller: the call was refused.
    Identity() noexcept = default;

    // The user's claims, which end with this identity. NULL if the caller is anonymous or was refused.
    [[nodiscard]] const Claims *user() const & noexcept {
        return kind_ == BAREJWT_IDENTITY_USER ? &claims_ : nullptr;
    }
    const Claims *user() const && = delete;
    // Whether the call may go on without a user.
    [[nodiscard]] bool is_anonymous() const noexcept { return kind_ == BAREJWT_IDENTITY_ANONYMOUS; }

private:
    explicit Identity(const barejwt_identity &who) noexcept
        : claims_(who.claims), kind_(who.kind) {}
    friend Result<Identity> authenticate(const barejwt_key &, Auth, std::optional<std::string_view>,
                                         const barejwt_validation &, std::int64_t,
                                         Buffer) noexcept;

    Claims claims_;
    std::uint32_t kind_ = BAREJWT_IDENTITY_REFUSED;
};

// Tells who is calling, from the value of an Authorization header. std::nullopt means no header. A header
// that is present but bad is refused, never anonymous.
inline Result<Identity> authenticate(const barejwt_key &key, Auth auth,
                                     std::optional<std::string_view> header,
                                     const barejwt_validation &rules, std::int64_t now,
                                     Buffer scratch) noexcept {
    barejwt_identity who;
    const barejwt_str value = header ? detail::str(*header) : barejwt_str{nullptr, 0};
    const Status status =
        barejwt_authenticate(&key, static_cast<std::uint32_t>(auth), value.ptr, value.len, &rules,
                             now, scratch.data(), scratch.size(), &who);
    return {status, who.claims.detail, Identity(who)};
}

// Finds the token in the value of an Authorization header. std::nullopt means no header. The token points
// into the header.
inline Result<std::string_view> bearer_token(std::optional<std::string_view> header) noexcept {
    const barejwt_str value = header ? detail::str(*header) : barejwt_str{nullptr, 0};
    barejwt_str token;
    const Status status = barejwt_bearer_token(value.ptr, value.len, &token);
    return {status, {}, detail::view(token)};
}
template <class Text, class = detail::IfTemporary<Text>>
Result<std::string_view> bearer_token(Text &&) = delete;

// The HTTP status for a request that ended in status: 200, 400, 401 or 500 (RFC 6750 3.1).
[[nodiscard]] inline std::uint32_t http_status(Status status) noexcept {
    return barejwt_http_status(status);
}

// Writes the WWW-Authenticate value for a request that ended in status to out.
// BAREJWT_WWW_AUTHENTICATE_MAX bytes are enough.
inline Result<std::string_view> www_authenticate(Status status, std::string_view realm,
                                                 Buffer out) noexcept {
    std::size_t len = 0;
    const Status written = barejwt_www_authenticate(status, detail::start(realm), realm.size(),
                                                    out.text(), out.size(), &len);
    return detail::written(written, out, len);
}

// ---- Pairs --------------------------------------------------------------------------------------

// Two tokens and the times at which they expire.
struct Pair {
    // The access token.
    std::string_view access_token;
    // The refresh token.
    std::string_view refresh_token;
    // Seconds since 1970.
    std::int64_t access_expires = 0;
    // Seconds since 1970.
    std::int64_t refresh_expires = 0;
};

// Options for a new pair. They begin with the usual lifetimes, an hour and 180 days, and no members of your
// own. Each method returns new options and does not change these.
//
//     const auto options = PairOptions().lifetimes(60, 600).access_members(R"({"role":"guest"})");
class PairOptions {
public:
    // Options with the usual lifetimes and no members of your own.
    PairOptions() noexcept = default;

    // Seconds that the two tokens live.
    [[nodiscard]] PairOptions lifetimes(std::uint32_t access, std::uint32_t refresh) const noexcept {
        PairOptions options = *this;
        options.options_.access_lifetime = access;
        options.options_.refresh_lifetime = refresh;
        return options;
    }
    // Your own members for the access token: one strict JSON object. The options keep the view. If a renewal
    // has no members for both tokens, each new token gets the members of the old token. Otherwise set both.
    [[nodiscard]] PairOptions access_members(std::string_view json) const noexcept {
        PairOptions options = *this;
        options.options_.access_members = detail::str(json);
        return options;
    }
    template <class Text, class = detail::IfTemporary<Text>>
    PairOptions access_members(Text &&) const = delete;
    // The same for the refresh token.
    [[nodiscard]] PairOptions refresh_members(std::string_view json) const noexcept {
        PairOptions options = *this;
        options.options_.refresh_members = detail::str(json);
        return options;
    }
    template <class Text, class = detail::IfTemporary<Text>>
    PairOptions refresh_members(Text &&) const = delete;

    // The struct that the C functions take.
    [[nodiscard]] operator barejwt_pair_options() const noexcept { return options_; }

private:
    barejwt_pair_options options_ = BAREJWT_PAIR_OPTIONS;
};

namespace detail {

[[nodiscard]] inline Result<Pair> pair(Status status, const barejwt_pair &pair) noexcept {
    Detail why{};
    why.needed = pair.needed;
    return {status, why,
            Pair{view(pair.access_token), view(pair.refresh_token), pair.access_expires,
                 pair.refresh_expires}};
}

} // namespace detail

// Issues a pair for sub, valid from now, into two buffers. The refresh token is valid until its lifetime ends
// or the account's state hash is no longer state_hash.
inline Result<Pair> issue_pair(const barejwt_key &key, std::string_view sub,
                               const StateHash &state_hash, const barejwt_pair_options &options,
                               std::int64_t now, Buffer access_out, Buffer refresh_out) noexcept {
    barejwt_pair pair;
    const Status status = barejwt_issue_pair(
        &key, detail::start(sub), sub.size(), state_hash.data(), &options, now, access_out.text(),
        access_out.size(), refresh_out.text(), refresh_out.size(), &pair);
    return detail::pair(status, pair);
}

// A refresh token that is verified, all but its state hash. Look up the account, then call renew or confirm.
// The token points into the scratch buffer of its call.
class Refresh {
public:
    // An empty token: every use is refused.
    Refresh() noexcept = default;

    // The subject, whose account you look up. It identifies nobody before the hash is compared.
    [[nodiscard]] std::string_view claimed_sub() const noexcept {
        return detail::view(refresh_.unconfirmed.sub);
    }

    // Compares the state hash with the account's. If they match, issues a new pair for the same subject. Both
    // new tokens get every member of the old token except the five standard ones, unless options has members.
    Result<Pair> renew(const barejwt_key &key, const StateHash &account_hash,
                       const barejwt_pair_options &options, Buffer access_out,
                       Buffer refresh_out) const noexcept {
        barejwt_pair pair;
        const Status status = barejwt_refresh_renew(
            &key, &refresh_, account_hash.data(), &options, access_out.text(), access_out.size(),
            refresh_out.text(), refresh_out.size(), &pair);
        return detail::pair(status, pair);
    }

    // Compares the state hash with the account's and gives the claims. Use it to issue tokens in your own way.
    Result<Claims> confirm(const StateHash &account_hash) const noexcept {
        barejwt_claims claims;
        const Status status = barejwt_refresh_confirm(&refresh_, account_hash.data(), &claims);
        return {status, claims.detail, Claims(claims)};
    }

private:
    explicit Refresh(const barejwt_refresh &refresh) noexcept : refresh_(refresh) {}
    friend Result<Refresh> verify_refresh(const barejwt_key &, std::string_view,
                                          const barejwt_validation &, std::int64_t,
                                          Buffer) noexcept;

    barejwt_refresh refresh_{};
};

// Verifies a refresh token, all but its state hash.
inline Result<Refresh> verify_refresh(const barejwt_key &key, std::string_view token,
                                      const barejwt_validation &rules, std::int64_t now,
                                      Buffer scratch) noexcept {
    barejwt_refresh refresh;
    const Status status =
        barejwt_verify_refresh(&key, detail::start(token), token.size(), &rules, now,
                               scratch.data(), scratch.size(), &refresh);
    return {status, refresh.unconfirmed.detail, Refresh(refresh)};
}

// ---- Sessions: the client's side ----------------------------------------------------------------

// Reads the JSON answer to a login or to a refresh. The pair points into answer. After
// BAREJWT_E_LOGIN_REFUSED the server's code is in *code, unless code is NULL.
inline Result<Pair> pair_from_answer(std::string_view answer,
                                     std::int64_t *code = nullptr) noexcept {
    barejwt_pair pair;
    const Status status =
        barejwt_pair_from_answer(detail::start(answer), answer.size(), &pair, code);
    return detail::pair(status, pair);
}
template <class Text, class = detail::IfTemporary<Text>>
Result<Pair> pair_from_answer(Text &&, std::int64_t * = nullptr) = delete;

// The actions of a client.
enum class Action : std::uint32_t {
    // No action: the call was refused.
    refused = BAREJWT_NEXT_REFUSED,
    // Call with the access token.
    use_access = BAREJWT_NEXT_USE_ACCESS,
    // Trade the refresh token for a new pair, then call Session::renewed. If the server refuses the
    // token, call Session::refresh_refused.
    refresh = BAREJWT_NEXT_REFRESH,
    // Ask the user to log in.
    log_in = BAREJWT_NEXT_LOG_IN,
};

// What a client should do next.
struct Next {
    // The action.
    Action action = Action::refused;
    // The token for this action.
    std::string_view token;
};

// A client's pair of tokens, and what the client knows about it. The tokens must stay where they are.
class Session {
public:
    // No session: every use is refused.
    Session() noexcept = default;

    // A session from a pair just received. An access token counts as expired margin seconds early. The
    // margin is never more than an eighth of the time that the token had left when it was new.
    static Result<Session> create(const Pair &pair, std::uint32_t margin) noexcept {
        Session session;
        const barejwt_pair given = of(pair);
        const Status status = barejwt_session_init(&session.session_, &given, margin);
        return {status, {}, session};
    }

    // Tells what to do now, before a call. A new pair is used once, whatever the clock says.
    Result<Next> next(std::int64_t now) noexcept {
        barejwt_next next;
        const Status status = barejwt_session_next(&session_, now, &next);
        return told(status, next);
    }
    // Tells what to do after the server has answered 401: refresh once, then log in.
    Result<Next> after_401() noexcept {
        barejwt_next next;
        const Status status = barejwt_session_after_401(&session_, &next);
        return told(status, next);
    }
    // Takes the pair that a refresh has brought.
    [[nodiscard]] Status renewed(const Pair &pair) noexcept {
        const barejwt_pair given = of(pair);
        return barejwt_session_renewed(&session_, &given);
    }
    // Notes that the server has accepted the access token.
    [[nodiscard]] Status accepted() noexcept { return barejwt_session_accepted(&session_); }
    // Notes that the server has refused the refresh token. The user must log in.
    [[nodiscard]] Status refresh_refused() noexcept {
        return barejwt_session_refresh_refused(&session_);
    }

    // The pair in use.
    [[nodiscard]] Pair pair() const noexcept {
        const barejwt_pair &pair = session_.pair;
        return {detail::view(pair.access_token), detail::view(pair.refresh_token),
                pair.access_expires, pair.refresh_expires};
    }

private:
    static barejwt_pair of(const Pair &pair) noexcept {
        return {detail::str(pair.access_token), detail::str(pair.refresh_token),
                pair.access_expires, pair.refresh_expires, 0};
    }
    static Result<Next> told(Status status, const barejwt_next &next) noexcept {
        return {status, {}, Next{static_cast<Action>(next.action), detail::view(next.token)}};
    }

    barejwt_session session_{};
};

// ---- Without a key ------------------------------------------------------------------------------

// What a token says, with nothing verified. No function that needs Claims takes it, and its members have
// other names. It points into the scratch buffer of its call.
class Unverified {
public:
    // An empty value.
    Unverified() noexcept = default;

    // The JOSE header.
    [[nodiscard]] std::string_view header_json() const noexcept {
        return detail::view(said_.header_json);
    }
    // The claims set.
    [[nodiscard]] std::string_view payload_json() const noexcept {
        return detail::view(said_.payload_json);
    }
    // BAREJWT_OK, or the reason why the payload cannot be read as claims of the site. The members below are
    // then empty.
    [[nodiscard]] Status claims_status() const noexcept { return said_.claims_status; }
    // A BAREJWT_TYPE_ number.
    [[nodiscard]] std::uint32_t said_token_type() const noexcept { return said_.said_token_type; }
    // The subject, unescaped. It is empty if absent.
    [[nodiscard]] std::string_view said_sub() const noexcept {
        return detail::view(said_.said_sub);
    }
    // Seconds since 1970; 0 if absent.
    [[nodiscard]] std::int64_t said_exp() const noexcept { return said_.said_exp; }
    // Seconds since 1970; 0 if absent.
    [[nodiscard]] std::int64_t said_nbf() const noexcept { return said_.said_nbf; }

private:
    explicit Unverified(const barejwt_unverified &said) noexcept : said_(said) {}
    friend Result<Unverified> decode_unverified(std::string_view, Buffer) noexcept;

    barejwt_unverified said_{};
};

// Decodes a token without verifying anything.
inline Result<Unverified> decode_unverified(std::string_view token, Buffer scratch) noexcept {
    barejwt_unverified said;
    const Status status = barejwt_decode_unverified(detail::start(token), token.size(),
                                                    scratch.data(), scratch.size(), &said);
    return {status, said.detail, Unverified(said)};
}

} // namespace barejwt

#endif // C++17
#endif // BAREJWT_HPP

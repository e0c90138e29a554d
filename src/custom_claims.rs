//! Custom claims: the caller's own types, read and written by `serde-json-core`.

// `serde-json-core` panics on types that it does not know. So the code here stands between it and the
// caller's type, and lets through only what `serde-json-core` knows. The code here has its own error,
// because an error of `serde-json-core` with a text panics when writing. It also panics when reading, in a
// program that turns `custom-error-messages` on.

use core::{fmt, mem};

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeSeed, Deserializer, Visitor};
use serde::ser::{self, Serialize};
use serde::{Deserialize, forward_to_deserialize_any};
use serde_json_core::{de::Deserializer as JsonReader, ser::Serializer as JsonWriter};

use crate::claims::VerifiedClaims;
use crate::error::{Error, Part};
use crate::json;
use crate::key::SigningKey;
use crate::sign;

/// Most levels that values may nest, options and newtypes counted. JSON needs fewer. A type that holds
/// itself meets this limit before the stack overflows.
const MAX_LEVELS: u8 = 128;

/// The name by which `serde-json-core` knows its `EscapedStr`.
const ESCAPED_STR: &str = "__serde_json_core_escaped_string__";

impl<'s> VerifiedClaims<'s> {
    /// Reads the whole claims set into the caller's own type, through `serde-json-core`. `&str` fields
    /// borrow from the scratch buffer or from `buffer`; `heapless` fields own their text. Members that
    /// the type does not have are ignored.
    ///
    /// `buffer` is used only if the claims set has JSON escapes. It then gets a copy without the escapes of
    /// ordinary characters. A string with an escaped quote, backslash or control character can only go into
    /// an owned field, never into a `&str`. Twice the bytes of [`Self::json`] are always enough. Without
    /// escapes `&mut []` is enough.
    ///
    /// No type panics here, unless its own code does.
    ///
    /// - **It reads** `bool`, integers of up to 64 bits, `f32` and `f64`, `char`, strings, options,
    ///   units, sequences, tuples, structs, newtypes, enums in the form that `serde_json` gives them,
    ///   and maps whose keys are strings, `char`s or enums without data.
    /// - **It refuses** integers of 128 bits, bytes, keys of any other type, and types that hold themselves
    ///   without end. It also refuses types that look at a value before they know its type: types with
    ///   serde's `flatten`, `untagged` or `tag`.
    /// - **A number** is refused if the field cannot hold it. Such a number is an integer that is too
    ///   large, an integer that is written with a fraction or an exponent, or a float that would be
    ///   infinite. `null` is not a number.
    ///
    /// ```
    /// use barejwt::{Key, Validation, sign_json, verify};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Custom<'a> {
    ///     role: &'a str,
    ///     seats: u8,
    /// }
    ///
    /// let key = Key::new(&[7; 32])?;
    /// let json = r#"{"token_type":"access","sub":"lUpa","exp":1745655578,"nbf":1745651978,
    ///     "role":"admin","seats":3}"#;
    /// let (mut buf, mut scratch) = ([0; 256], [0; 192]);
    /// let token = sign_json(json, &key, &mut buf)?;
    /// let claims = verify(token, &key, &Validation::access(), 1745651978, &mut scratch)?;
    /// let custom: Custom = claims.claims_as(&mut [])?;
    /// assert_eq!((custom.role, custom.seats), ("admin", 3));
    /// # Ok::<(), barejwt::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::CustomClaimsShape`] if the claims set does not fit `T`, `T` is refused, or `buffer`
    /// is too small.
    pub fn claims_as<'b, T: Deserialize<'b>>(&self, buffer: &'b mut [u8]) -> Result<T, Error>
    where
        's: 'b,
    {
        let wrong = Error::CustomClaimsShape;
        let mut json = self.json().as_bytes();
        let mut unescape = buffer;
        if json.contains(&b'\\') {
            let len = json::normalise(self.json(), unescape).ok_or(wrong)?;
            let (copy, rest) = unescape.split_at_mut_checked(len).ok_or(wrong)?;
            (json, unescape) = (copy, rest);
        }
        let mut reader = JsonReader::new(json, Some(unescape));
        let value = T::deserialize(Checked::new(&mut reader, MAX_LEVELS)).map_err(|_| wrong)?;
        reader.end().map_err(|_| wrong)?;
        Ok(value)
    }
}

/// Signs any serialisable value as the claims set, through `serde-json-core`.
///
/// No type panics here, unless its own code does. Values that [`VerifiedClaims::claims_as`] could not
/// read again are refused: integers of 128 bits, bytes, floats that are infinite or not a number, and maps
/// whose keys are not strings, `char`s or enums without data. Types with serde's `flatten`, `untagged` or
/// `tag` are written.
///
/// ```
/// use barejwt::{Key, sign_claims};
///
/// #[derive(serde::Serialize)]
/// struct Invite<'a> {
///     sub: &'a str,
///     exp: i64,
///     seats: u8,
/// }
///
/// let key = Key::new(&[7; 32])?;
/// let invite = Invite { sub: "lUpa", exp: 1745655578, seats: 3 };
/// let mut buf = [0; 256];
/// let token = sign_claims(&invite, &key, &mut buf)?;
/// # Ok::<(), barejwt::Error>(())
/// ```
///
/// # Errors
/// - [`Error::OutputTooSmall`] with the exact bytes needed, if the JSON fits `out` but the token does
///   not.
/// - [`Error::CustomClaimsNotWritten`] if not even the JSON fits, the value is refused, or its own code
///   returns an error.
/// - [`Error::Json`] if the value is not an object, repeats a name, or exceeds the bounds of this
///   crate.
/// - [`Error::KidInvalid`] for a `kid` that a header cannot carry.
pub fn sign_claims<'o, 'k, T: Serialize + ?Sized>(
    claims: &T,
    keys: impl Into<SigningKey<'k>>,
    out: &'o mut [u8],
) -> Result<&'o str, Error> {
    let key = keys.into();
    Error::or_left(|why| {
        sign::check_kid(&key, why)?;
        let not_written = Error::CustomClaimsNotWritten;
        let payload = why.unless(sign::write_header(&key, out), not_written)?;
        let json_len = why.unless(write(claims, payload), not_written)?;
        let json = why.unless(payload.get(..json_len), not_written)?;
        json::check(json::text(json, Part::ToSign, why)?, Part::ToSign, why)?;
        let out = sign::room(&key, json_len, out, why)?;
        let needed = out.len();
        let token = sign::finish(&key, json_len, out);
        why.unless(token, Error::OutputTooSmall { needed })
    })
}

/// Writes `value` to the front of `out` and returns its length; `None` if it is refused.
fn write<T: Serialize + ?Sized>(value: &T, out: &mut [u8]) -> Option<usize> {
    let mut json = JsonWriter::new(out);
    let writer = Writer {
        json: &mut json,
        levels: MAX_LEVELS,
        is_name: false,
    };
    value.serialize(writer).ok()?;
    Some(json.end())
}

/// The error on the caller's side of `serde-json-core`. It does not say what was refused.
#[derive(Debug)]
struct Refused;

impl Refused {
    /// The same as an error of the other side, without a text.
    fn across<E: de::Error>(self) -> E {
        E::custom("")
    }

    /// Replaces an error of the other side.
    fn by<E>(_: E) -> Self {
        Self
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl de::StdError for Refused {}

impl de::Error for Refused {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

impl ser::Error for Refused {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// One level less, if there is one.
fn deeper(levels: u8) -> Result<u8, Refused> {
    levels.checked_sub(1).ok_or(Refused)
}

/// A part of `serde-json-core` as the caller's type sees it, or a part of the caller's type as
/// `serde-json-core` sees it, with the levels that are left.
struct Checked<T> {
    inner: T,
    levels: u8,
}

impl<T> Checked<T> {
    const fn new(inner: T, levels: u8) -> Self {
        Self { inner, levels }
    }

    fn deeper<U>(&self, inner: U) -> Result<Checked<U>, Refused> {
        Ok(Checked::new(inner, deeper(self.levels)?))
    }
}

macro_rules! read {
    ($($method:ident($($arg:ident: $type:ty),*))*) => {$(
        fn $method<V: Visitor<'de>>(self, $($arg: $type,)* visitor: V) -> Result<V::Value, Refused> {
            let visitor = Checked::new(visitor, self.levels);
            self.inner.$method($($arg,)* visitor).map_err(Refused::by)
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Checked<D> {
    type Error = Refused;

    // Integers of 128 bits are refused by default.
    read! {
        deserialize_any()
        deserialize_bool()
        deserialize_i8()
        deserialize_i16()
        deserialize_i32()
        deserialize_i64()
        deserialize_u8()
        deserialize_u16()
        deserialize_u32()
        deserialize_u64()
        deserialize_f32()
        deserialize_f64()
        deserialize_char()
        deserialize_str()
        deserialize_string()
        deserialize_bytes()
        deserialize_byte_buf()
        deserialize_option()
        deserialize_unit()
        deserialize_unit_struct(name: &'static str)
        deserialize_newtype_struct(name: &'static str)
        deserialize_seq()
        deserialize_tuple(len: usize)
        deserialize_tuple_struct(name: &'static str, len: usize)
        deserialize_map()
        deserialize_struct(name: &'static str, fields: &'static [&'static str])
        deserialize_enum(name: &'static str, variants: &'static [&'static str])
        deserialize_identifier()
        deserialize_ignored_any()
    }
}

macro_rules! visit_scalar {
    ($($method:ident: $type:ty)*) => {$(
        fn $method<E: de::Error>(self, value: $type) -> Result<V::Value, E> {
            self.inner.$method(value).map_err(Refused::across)
        }
    )*};
}

macro_rules! visit_float {
    ($($method:ident: $type:ty)*) => {$(
        // A limit that is infinite or not a number would limit nothing.
        fn $method<E: de::Error>(self, value: $type) -> Result<V::Value, E> {
            if !value.is_finite() {
                return Err(Refused.across());
            }
            self.inner.$method(value).map_err(Refused::across)
        }
    )*};
}

macro_rules! visit_empty {
    ($($method:ident)*) => {$(
        fn $method<E: de::Error>(self) -> Result<V::Value, E> {
            self.inner.$method().map_err(Refused::across)
        }
    )*};
}

macro_rules! visit_nested {
    ($($method:ident: $kind:path)*) => {$(
        fn $method<A: $kind>(self, inner: A) -> Result<V::Value, A::Error> {
            let inner = self.deeper(inner).map_err(Refused::across)?;
            self.inner.$method(inner).map_err(Refused::across)
        }
    )*};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Checked<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    visit_scalar! {
        visit_bool: bool
        visit_i8: i8
        visit_i16: i16
        visit_i32: i32
        visit_i64: i64
        visit_u8: u8
        visit_u16: u16
        visit_u32: u32
        visit_u64: u64
        visit_str: &str
        visit_borrowed_str: &'de str
    }
    visit_float! {
        visit_f32: f32
        visit_f64: f64
    }
    visit_empty! {
        visit_none
        visit_unit
    }
    visit_nested! {
        visit_some: Deserializer<'de>
        visit_newtype_struct: Deserializer<'de>
        visit_seq: de::SeqAccess<'de>
        visit_map: de::MapAccess<'de>
        visit_enum: de::EnumAccess<'de>
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Checked<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<S::Value, D::Error> {
        let reader = Checked::new(inner, self.levels);
        self.inner.deserialize(reader).map_err(Refused::across)
    }
}

impl<'de, A: de::SeqAccess<'de>> de::SeqAccess<'de> for Checked<A> {
    type Error = Refused;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Refused> {
        let seed = Checked::new(seed, self.levels);
        self.inner.next_element_seed(seed).map_err(Refused::by)
    }
}

impl<'de, A: de::MapAccess<'de>> de::MapAccess<'de> for Checked<A> {
    type Error = Refused;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Refused> {
        let seed = Name(Checked::new(seed, self.levels));
        self.inner.next_key_seed(seed).map_err(Refused::by)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Refused> {
        let seed = Checked::new(seed, self.levels);
        self.inner.next_value_seed(seed).map_err(Refused::by)
    }
}

impl<'de, A: de::EnumAccess<'de>> de::EnumAccess<'de> for Checked<A> {
    type Error = Refused;
    type Variant = Checked<A::Variant>;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Self::Variant), Refused> {
        let seed = Checked::new(seed, self.levels);
        let (value, variant) = self.inner.variant_seed(seed).map_err(Refused::by)?;
        Ok((value, Checked::new(variant, self.levels)))
    }
}

impl<'de, A: de::VariantAccess<'de>> de::VariantAccess<'de> for Checked<A> {
    type Error = Refused;

    fn unit_variant(self) -> Result<(), Refused> {
        self.inner.unit_variant().map_err(Refused::by)
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Refused> {
        let seed = Checked::new(seed, self.levels);
        self.inner.newtype_variant_seed(seed).map_err(Refused::by)
    }

    read! {
        tuple_variant(len: usize)
        struct_variant(fields: &'static [&'static str])
    }
}

/// A member's name. `serde-json-core` panics unless the name is read as a string, so that it is always
/// read as one. A type that wants something else refuses the string.
struct Name<T>(Checked<T>);

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Name<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<S::Value, D::Error> {
        let Self(seed) = self;
        let name = Name(Checked::new(inner, seed.levels));
        seed.inner.deserialize(name).map_err(Refused::across)
    }
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Name<D> {
    type Error = Refused;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.0.deserialize_str(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refused> {
        let levels = deeper(self.0.levels)?;
        visitor.visit_newtype_struct(Name(Checked::new(self.0.inner, levels)))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        self.0.deserialize_str(VariantName(visitor))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// Takes a member's name as the name of a variant.
struct VariantName<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for VariantName<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<V::Value, E> {
        self.0.visit_enum(StrDeserializer::new(name))
    }
}

/// Writes one value, or one member's name.
struct Writer<'w, 'b> {
    json: &'w mut JsonWriter<'b>,
    /// Levels that are left.
    levels: u8,
    is_name: bool,
}

impl<'w, 'b> Writer<'w, 'b> {
    fn deeper(self) -> Result<Self, Refused> {
        let levels = deeper(self.levels)?;
        Ok(Self { levels, ..self })
    }

    /// Refuses a name that is not a string.
    fn value(self) -> Result<&'w mut JsonWriter<'b>, Refused> {
        if self.is_name {
            return Err(Refused);
        }
        Ok(self.json)
    }

    /// Begins an object or an array.
    fn open(self, open: &str, close: &'static str) -> Result<Members<'w, 'b>, Refused> {
        let levels = deeper(self.levels)?;
        let json = self.value()?;
        push(json, open)?;
        Ok(Members {
            json,
            levels,
            is_first: true,
            close,
        })
    }

    /// Begins the object around the content of a variant, and then the content.
    fn open_variant(
        self,
        variant: &str,
        open: &str,
        close: &'static str,
    ) -> Result<Members<'w, 'b>, Refused> {
        let mut members = self.open("{", close)?;
        members.name(variant)?;
        push(members.json, open)?;
        Ok(Members {
            is_first: true,
            ..members
        })
    }
}

/// Writes `text` unchanged: `serde-json-core` does so with bytes.
fn push(json: &mut JsonWriter<'_>, text: &str) -> Result<(), Refused> {
    ser::Serializer::serialize_bytes(json, text.as_bytes()).map_err(Refused::by)
}

macro_rules! write_scalar {
    ($($method:ident($($arg:ident: $type:ty)?))*) => {$(
        fn $method(self, $($arg: $type)?) -> Result<(), Refused> {
            self.value()?.$method($($arg)?).map_err(Refused::by)
        }
    )*};
}

macro_rules! write_float {
    ($($method:ident: $type:ty)*) => {$(
        // JSON has no infinity.
        fn $method(self, value: $type) -> Result<(), Refused> {
            if !value.is_finite() {
                return Err(Refused);
            }
            self.value()?.$method(value).map_err(Refused::by)
        }
    )*};
}

impl<'w, 'b> ser::Serializer for Writer<'w, 'b> {
    type Ok = ();
    type Error = Refused;
    type SerializeSeq = Members<'w, 'b>;
    type SerializeTuple = Members<'w, 'b>;
    type SerializeTupleStruct = Members<'w, 'b>;
    type SerializeTupleVariant = Members<'w, 'b>;
    type SerializeMap = Members<'w, 'b>;
    type SerializeStruct = Members<'w, 'b>;
    type SerializeStructVariant = Members<'w, 'b>;

    // Integers of 128 bits are refused by default.
    write_scalar! {
        serialize_bool(value: bool)
        serialize_i8(value: i8)
        serialize_i16(value: i16)
        serialize_i32(value: i32)
        serialize_i64(value: i64)
        serialize_u8(value: u8)
        serialize_u16(value: u16)
        serialize_u32(value: u32)
        serialize_u64(value: u64)
        serialize_none()
        serialize_unit()
        serialize_unit_struct(name: &'static str)
    }
    write_float! {
        serialize_f32: f32
        serialize_f64: f64
    }

    fn serialize_char(self, value: char) -> Result<(), Refused> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Refused> {
        self.json.serialize_str(value).map_err(Refused::by)
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> Result<(), Refused> {
        self.json.collect_str(value).map_err(Refused::by)
    }

    // `serde-json-core` would write them unchanged, so that they could add members.
    fn serialize_bytes(self, _: &[u8]) -> Result<(), Refused> {
        Err(Refused)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Refused> {
        let json = self.deeper()?;
        if json.is_name {
            return Err(Refused);
        }
        value.serialize(json)
    }

    // Nobody checks the text of an `EscapedStr`, which could end its own string.
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Refused> {
        if name == ESCAPED_STR {
            return Err(Refused);
        }
        value.serialize(self.deeper()?)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Refused> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Refused> {
        let mut members = self.open("{", "}")?;
        members.member(variant, value)?;
        members.close()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Members<'w, 'b>, Refused> {
        self.open("[", "]")
    }

    fn serialize_tuple(self, _: usize) -> Result<Members<'w, 'b>, Refused> {
        self.open("[", "]")
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Members<'w, 'b>, Refused> {
        self.open("[", "]")
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Members<'w, 'b>, Refused> {
        self.open_variant(variant, "[", "]}")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members<'w, 'b>, Refused> {
        self.open("{", "}")
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Members<'w, 'b>, Refused> {
        self.open("{", "}")
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Members<'w, 'b>, Refused> {
        self.open_variant(variant, "{", "}}")
    }
}

/// Writes the members of an object, or the elements of an array.
struct Members<'w, 'b> {
    json: &'w mut JsonWriter<'b>,
    /// Levels that are left.
    levels: u8,
    is_first: bool,
    /// The text that ends the object or array.
    close: &'static str,
}

impl<'b> Members<'_, 'b> {
    fn writer(&mut self) -> Writer<'_, 'b> {
        Writer {
            json: &mut *self.json,
            levels: self.levels,
            is_name: false,
        }
    }

    fn comma(&mut self) -> Result<(), Refused> {
        if mem::replace(&mut self.is_first, false) {
            return Ok(());
        }
        push(self.json, ",")
    }

    /// Writes a name and its colon.
    fn name<T: Serialize + ?Sized>(&mut self, name: &T) -> Result<(), Refused> {
        self.comma()?;
        name.serialize(Writer {
            is_name: true,
            ..self.writer()
        })?;
        push(self.json, ":")
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
        value.serialize(self.writer())
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
        self.comma()?;
        self.value(value)
    }

    fn member<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Refused> {
        self.name(name)?;
        self.value(value)
    }

    fn close(self) -> Result<(), Refused> {
        push(self.json, self.close)
    }
}

macro_rules! write_members {
    ($($kind:ident: $($method:ident($($name:ident: $type:ty)?) = $as:ident),+;)*) => {$(
        impl ser::$kind for Members<'_, '_> {
            type Ok = ();
            type Error = Refused;

            $(fn $method<T: Serialize + ?Sized>(
                &mut self,
                $($name: $type,)?
                value: &T,
            ) -> Result<(), Refused> {
                self.$as($($name,)? value)
            })+

            fn end(self) -> Result<(), Refused> {
                self.close()
            }
        }
    )*};
}

write_members! {
    SerializeSeq: serialize_element() = element;
    SerializeTuple: serialize_element() = element;
    SerializeTupleStruct: serialize_field() = element;
    SerializeTupleVariant: serialize_field() = element;
    SerializeMap: serialize_key() = name, serialize_value() = value;
    SerializeStruct: serialize_field(name: &'static str) = member;
    SerializeStructVariant: serialize_field(name: &'static str) = member;
}

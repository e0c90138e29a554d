//! JSON is written into a buffer, or its bytes are counted.

/// Writes JSON into a buffer. A method gives `None` if its text does not fit.
pub(crate) struct Writer<'b> {
    out: &'b mut [u8],
    at: usize,
}

impl<'b> Writer<'b> {
    pub(crate) fn new(out: &'b mut [u8]) -> Self {
        Self { out, at: 0 }
    }

    /// Bytes written so far.
    pub(crate) fn len(&self) -> usize {
        self.at
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) -> Option<()> {
        let end = self.at.checked_add(bytes.len())?;
        self.out.get_mut(self.at..end)?.copy_from_slice(bytes);
        self.at = end;
        Some(())
    }

    /// Writes the inside of a string. It escapes only the characters that RFC 8259 7 requires to be
    /// escaped.
    pub(crate) fn string(&mut self, value: &str) -> Option<()> {
        for byte in value.bytes() {
            match short_escape(byte) {
                Some(letter) => self.push(&[b'\\', letter])?,
                None if byte < 0x20 => {
                    self.push(b"\\u00")?;
                    self.push(&[hex_digit(byte >> 4), hex_digit(byte & 0xf)])?;
                }
                None => self.push(&[byte])?,
            }
        }
        Some(())
    }

    pub(crate) fn integer(&mut self, value: i64) -> Option<()> {
        if value < 0 {
            self.push(b"-")?;
        }
        let mut digits = [b'0'; 20];
        let mut start = digits.len();
        let mut rest = value.unsigned_abs();
        for digit in digits.iter_mut().rev() {
            let (tenth, low) = div_rem_10(rest);
            *digit = b'0' | low;
            start = start.wrapping_sub(1);
            rest = tenth;
            if rest == 0 {
                break;
            }
        }
        self.push(digits.get(start..)?)
    }
}

const fn short_escape(byte: u8) -> Option<u8> {
    Some(match byte {
        b'"' | b'\\' => byte,
        0x08 => b'b',
        b'\t' => b't',
        b'\n' => b'n',
        0x0c => b'f',
        b'\r' => b'r',
        _ => return None,
    })
}

const fn hex_digit(nibble: u8) -> u8 {
    match nibble {
        0..=9 => b'0' | nibble,
        _ => b'a'.wrapping_add(nibble).wrapping_sub(10),
    }
}

/// Bytes that [`Writer::string`] writes.
pub(crate) const fn string_len(value: &str) -> usize {
    let mut rest = value.as_bytes();
    let mut len = 0_usize;
    while let [byte, tail @ ..] = rest {
        len = len.saturating_add(match short_escape(*byte) {
            Some(_) => 2,
            None if *byte < 0x20 => 6,
            None => 1,
        });
        rest = tail;
    }
    len
}

/// Bytes that [`Writer::integer`] writes.
pub(crate) const fn integer_len(value: i64) -> usize {
    let mut len = if value < 0 { 2_usize } else { 1 };
    let mut power = 10_u64;
    // No value has more than 19 digits, and 10^19 still fits.
    while value.unsigned_abs() >= power {
        len = len.wrapping_add(1);
        power = power.wrapping_mul(10);
    }
    len
}

/// The tenth of a number, and its last digit.
const fn div_rem_10(number: u64) -> (u64, u8) {
    if cfg!(target_pointer_width = "64") {
        return (number / 10, (number % 10) as u8);
    }
    // It divides by 32 bits: on a processor that cannot divide 64 bits, such a division takes half a
    // kilobyte of code.
    let (high, low) = ((number >> 32) as u32, number as u32);
    if high == 0 {
        return ((low / 10) as u64, (low % 10) as u8);
    }
    // Long division in base 2^16: the remainder of each place is less than 10.
    let middle = (high % 10) << 16 | low >> 16;
    let last = (middle % 10) << 16 | low & 0xffff;
    let tenth = ((high / 10) as u64) << 32 | ((middle / 10) as u64) << 16 | (last / 10) as u64;
    (tenth, (last % 10) as u8)
}

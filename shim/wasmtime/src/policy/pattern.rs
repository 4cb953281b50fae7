//! What names and paths are matched by, byte by byte.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    Byte(u8),
    /// Any one byte.
    One,
    /// Any run of bytes without this one.
    AnyBut(u8),
    /// Any run of bytes.
    Any,
}

/// A pattern of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    pieces: Vec<Piece>,
}

impl Pattern {
    /// `*` is any run of bytes without `stop`, if there is one; `**` any run.
    pub fn glob(text: &str, stop: Option<u8>) -> Pattern {
        let bytes = text.as_bytes();
        let mut pieces = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            if bytes[at] != b'*' {
                pieces.push(Piece::Byte(bytes[at]));
                at += 1;
                continue;
            }
            let stars = bytes[at..].iter().take_while(|byte| **byte == b'*').count();
            pieces.push(match stop {
                Some(stop) if stars == 1 => Piece::AnyBut(stop),
                _ => Piece::Any,
            });
            at += stars;
        }
        Pattern { pieces }
    }

    /// A host's name: `example.org`, `*.example.org` (every name below it), `*`.
    pub fn host(text: &str) -> Pattern {
        let mut pattern = Pattern::glob(text, None);
        if pattern.pieces.len() > 1 && pattern.pieces[0] == Piece::Any {
            pattern.pieces.insert(0, Piece::One);
        }
        pattern
    }

    /// Whether it matches all of these bytes, in time that grows with both lengths and not beyond.
    pub fn matches(&self, bytes: &[u8]) -> bool {
        // `ends[i]`: the pieces so far match the first i bytes.
        let mut ends = vec![false; bytes.len() + 1];
        ends[0] = true;
        for piece in &self.pieces {
            ends = match *piece {
                Piece::Byte(byte) => after_one(&ends, bytes, |other| other == byte),
                Piece::One => after_one(&ends, bytes, |_| true),
                Piece::AnyBut(stop) => after_run(&ends, bytes, |other| other != stop),
                Piece::Any => after_run(&ends, bytes, |_| true),
            };
        }
        ends[bytes.len()]
    }
}

fn after_one(ends: &[bool], bytes: &[u8], fits: impl Fn(u8) -> bool) -> Vec<bool> {
    let mut next = vec![false; ends.len()];
    for (i, byte) in bytes.iter().enumerate() {
        next[i + 1] = ends[i] && fits(*byte);
    }
    next
}

fn after_run(ends: &[bool], bytes: &[u8], fits: impl Fn(u8) -> bool) -> Vec<bool> {
    let mut next = ends.to_vec();
    for (i, byte) in bytes.iter().enumerate() {
        next[i + 1] |= next[i] && fits(*byte);
    }
    next
}

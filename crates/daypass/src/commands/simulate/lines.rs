//! Lines of a file in batches, each line with its place. However long a line is, no more than the longest scenario of it
//! is kept.

use std::io::{self, BufRead, BufReader, Read};
use std::ops::Range;

/// The longest scenario; it may hold every policy of an account.
pub(super) const LONGEST: usize = 16 * 1024 * 1024;

/// A batch is full with this many bytes or lines.
const BATCH_BYTES: usize = 128 * 1024;
const BATCH_LINES: usize = 256;

/// A file of lines.
pub(super) struct Lines<R> {
    /// What people call the file.
    pub(super) name: String,
    bytes: BufReader<R>,
    last_number: usize,
    offset: usize,
}

/// Some lines that follow each other.
#[derive(Debug, Default)]
pub(super) struct Batch {
    bytes: Vec<u8>,
    lines: Vec<Line>,
}

/// A line that is not blank.
#[derive(Debug)]
pub(super) struct Line {
    /// From 1.
    pub(super) number: usize,
    /// The byte of the file at which it begins.
    pub(super) offset: usize,
    /// How many bytes it has, line end included.
    pub(super) length: usize,
    kept: Range<usize>,
}

impl Batch {
    /// The lines and what they say, line ends included; of a line that is too long, its beginning.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Line, &[u8])> {
        self.lines
            .iter()
            .map(|line| (line, self.bytes.get(line.kept.clone()).unwrap_or_default()))
    }
}

impl<R: Read> Lines<R> {
    pub(super) fn new(name: String, bytes: BufReader<R>) -> Self {
        Lines {
            name,
            bytes,
            last_number: 0,
            offset: 0,
        }
    }

    /// The next lines: those that are there already, at least one. `None` at the end.
    pub(super) fn next_batch(&mut self) -> io::Result<Option<Batch>> {
        let mut batch = Batch::default();
        while batch.bytes.len() < BATCH_BYTES && batch.lines.len() < BATCH_LINES {
            // Whoever writes a line and waits for its answer gets it.
            if !batch.lines.is_empty() && !self.bytes.buffer().contains(&b'\n') {
                break;
            }
            let start = batch.bytes.len();
            let length = self.read_line(&mut batch.bytes)?;
            if length == 0 {
                break;
            }
            self.last_number += 1;
            let offset = self.offset;
            self.offset += length;
            let is_blank = batch
                .bytes
                .get(start..)
                .is_some_and(|line| is_blank(line) && length <= LONGEST);
            if is_blank {
                batch.bytes.truncate(start);
                continue;
            }
            batch.lines.push(Line {
                number: self.last_number,
                offset,
                length,
                kept: start..batch.bytes.len(),
            });
        }
        Ok((!batch.lines.is_empty()).then_some(batch))
    }

    /// Appends a line, or its beginning; how long it is.
    fn read_line(&mut self, into: &mut Vec<u8>) -> io::Result<usize> {
        let mut length = 0;
        loop {
            let there = match self.bytes.fill_buf() {
                Ok(there) => there,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let line_end = there.iter().position(|byte| *byte == b'\n');
            let part = line_end.map_or(there.len(), |at| at + 1);
            let kept = part.min(LONGEST.saturating_sub(length));
            into.extend_from_slice(there.get(..kept).unwrap_or_default());
            self.bytes.consume(part);
            length += part;
            if line_end.is_some() || part == 0 {
                return Ok(length);
            }
        }
    }
}

/// Whether a line says nothing; of the first one a byte order mark may be all.
pub(super) fn is_blank(line: &[u8]) -> bool {
    let body = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
    body.trim_ascii().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Number, offset, length and what is kept of a line.
    type Told = (usize, usize, usize, Vec<u8>);

    fn batches(text: &[u8], capacity: usize) -> Vec<Vec<Told>> {
        let mut lines = Lines::new("x".to_owned(), BufReader::with_capacity(capacity, text));
        let mut all = Vec::new();
        while let Some(batch) = lines.next_batch().unwrap() {
            let told = batch
                .iter()
                .map(|(line, bytes)| (line.number, line.offset, line.length, bytes.to_vec()));
            all.push(told.collect());
        }
        all
    }

    #[test]
    fn lines_keep_their_places() {
        let text = b"one\r\n\n \t\r\ntwo\nlast";
        let expected = [
            (1, 0, 5, b"one\r\n".to_vec()),
            (4, 10, 4, b"two\n".to_vec()),
            (5, 14, 4, b"last".to_vec()),
        ];
        for capacity in [1, 3, 1000] {
            assert_eq!(batches(text, capacity).concat(), expected, "{capacity}");
        }
        assert!(batches(b"", 10).is_empty() && batches(b"\n\r\n", 10).is_empty());
    }

    #[test]
    fn batches_are_bounded_and_do_not_wait() {
        let text = b"x\n".repeat(BATCH_LINES + 1);
        assert_eq!(
            batches(&text, 1 << 20).iter().map(Vec::len).collect::<Vec<_>>(),
            [BATCH_LINES, 1]
        );
        // Two lines are there, the third is only begun.
        assert_eq!(batches(b"a\nb\ncd\n", 5)[0].len(), 2);
    }

    #[test]
    fn of_a_line_without_end_only_the_beginning_is_kept() {
        let mut text = vec![b'x'; LONGEST + 100];
        text.extend_from_slice(b"\nnext\n");
        let all = batches(&text, 1 << 20).concat();
        assert_eq!((all[0].2, all[0].3.len()), (LONGEST + 101, LONGEST));
        assert_eq!(
            (all[1].0, all[1].1, all[1].3.as_slice()),
            (2, LONGEST + 101, &b"next\n"[..])
        );
        let blank = vec![b' '; LONGEST + 1];
        assert_eq!(
            batches(&blank, 1 << 20).concat().len(),
            1,
            "blank as far as is known"
        );
    }
}

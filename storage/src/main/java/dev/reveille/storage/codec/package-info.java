/// The bytes in which events and notes are kept, whatever store keeps them.
///
/// One committed group is one blob:
///
/// ```
/// u8   format (1)
/// i64  sequence of the first event       all fixed numbers little-endian
/// i64  accepted at, seconds              } one moment for the whole group
/// i32  accepted at, nanoseconds          }
/// i32  events, i32 notes
/// then per record: i32 length, u8 kind, fields; events first, each in sequence order
/// i32  CRC-32C of everything before
/// ```
///
/// Fields are variable-length numbers, UTF-8 texts with their length, and moments as seconds and
/// nanoseconds. A record stands on its own, so that one event is read without the others. Numbers
/// of kinds and words are never given twice: the bytes of version 1 are a fixture of the tests.
@NullMarked
package dev.reveille.storage.codec;

import org.jspecify.annotations.NullMarked;

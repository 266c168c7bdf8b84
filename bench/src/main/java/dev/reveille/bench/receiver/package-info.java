/// A push service that takes every push and writes it down as it came, for benches: it answers as
/// the maker's service does and judges nothing, so that it costs little beside the server that is
/// measured. What came is judged afterwards, by content, from the raw record.
///
/// [PushReceiver] is the program; [RawPushes] what it wrote; [PushOpener] reads one push as the
/// device would; [PushesOnceEach] compares with what was handed in.
@NullMarked
package dev.reveille.bench.receiver;

import org.jspecify.annotations.NullMarked;

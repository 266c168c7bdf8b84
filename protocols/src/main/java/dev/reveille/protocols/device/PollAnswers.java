package dev.reveille.protocols.device;

import dev.reveille.http.server.Answer;
import dev.reveille.model.Position;
import dev.reveille.protocols.answers.Answers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Shares the answers to long polls: an event for many users is the same frame for all of them, and
/// most of them are at the same position afterwards, so they get one answer whose bytes are made
/// once.
///
/// Only the newest is remembered, since those who share come one after the other. Thread-safe.
final class PollAnswers {
  private static final byte[] BEGIN = "{\"frames\":[".getBytes(StandardCharsets.US_ASCII);

  /// @param frame the only one in it
  /// @param isShared whether it was given before, so that its headers are worth keeping too
  private record Newest(byte[] frame, Position cursor, Answer answer, boolean isShared) {
    boolean fits(final byte[] other, final Position at) {
      return cursor.equals(at) && (frame == other || Arrays.equals(frame, other));
    }
  }

  private volatile @Nullable Newest newest;

  Answer of(final List<byte[]> frames, final Position cursor) {
    return frames.size() == 1 ? shared(frames.getFirst(), cursor) : made(frames, cursor);
  }

  private Answer shared(final byte[] frame, final Position cursor) {
    final var known = newest;
    if (known != null && known.fits(frame, cursor)) {
      if (known.isShared) {
        return known.answer;
      }
      final var prepared = known.answer.prepared();
      newest = new Newest(frame, cursor, prepared, true);
      return prepared;
    }
    final var answer = made(List.of(frame), cursor);
    newest = new Newest(frame, cursor, answer, false);
    return answer;
  }

  private static Answer made(final List<byte[]> frames, final Position cursor) {
    final var end = ("],\"cursor\":\"" + cursor + "\"}\n").getBytes(StandardCharsets.US_ASCII);
    int length = BEGIN.length + end.length + Math.max(0, frames.size() - 1);
    for (final var frame : frames) {
      length += frame.length;
    }
    final var body = new byte[length];
    System.arraycopy(BEGIN, 0, body, 0, BEGIN.length);
    int at = BEGIN.length;
    for (int i = 0; i < frames.size(); i++) {
      if (i > 0) {
        body[at++] = ',';
      }
      System.arraycopy(frames.get(i), 0, body, at, frames.get(i).length);
      at += frames.get(i).length;
    }
    System.arraycopy(end, 0, body, at, end.length);
    return Answer.of(200, Answers.JSON, body);
  }
}

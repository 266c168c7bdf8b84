package dev.reveille.model;

/// A place in an inbox. Sequences are given inside the commit, so a reader who saw `n` never meets
/// `n-1` later. The epoch is drawn when the store is made: a position of another epoch is a gap.
public record Position(long epoch, long sequence) {
  private static final int LONGEST_SHOWN = 40;

  private record Epoch(long epoch, String text) {}

  private static volatile Epoch lastWritten = new Epoch(0, "0-");

  public Position {
    if (sequence < 0) {
      throw new IllegalArgumentException("a sequence is not negative, but this is " + sequence);
    }
  }

  /// Reads `epoch-sequence`, both in base 36.
  ///
  /// @throws IllegalArgumentException when the text is no position
  public static Position of(final String text) {
    final int dash = text.indexOf('-');
    try {
      return new Position(
          Long.parseUnsignedLong(text, 0, Math.max(dash, 0), 36),
          Long.parseLong(text, dash + 1, text.length(), 36));
    } catch (NumberFormatException e) {
      final var shown = text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) : text;
      throw new IllegalArgumentException(
          "a position reads EPOCH-SEQUENCE, both in base 36, not " + shown, e);
    }
  }

  @Override
  public String toString() {
    var written = lastWritten; // one store has one epoch
    if (written.epoch != epoch) {
      written = new Epoch(epoch, Long.toUnsignedString(epoch, 36) + "-");
      lastWritten = written;
    }
    return written.text.concat(Long.toString(sequence, 36));
  }
}

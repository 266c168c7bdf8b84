package dev.reveille.model;

/// A place in an inbox. Sequences are given inside the commit, so a reader who saw `n` never meets
/// `n-1` later. The epoch is born with the store: a position of another epoch is a gap.
public record Position(long epoch, long sequence) {
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
    if (dash < 1) {
      throw new IllegalArgumentException("a position reads EPOCH-SEQUENCE, not " + text);
    }
    return new Position(
        Long.parseUnsignedLong(text.substring(0, dash), 36),
        Long.parseLong(text.substring(dash + 1), 36));
  }

  @Override
  public String toString() {
    return Long.toUnsignedString(epoch, 36) + "-" + Long.toString(sequence, 36);
  }
}

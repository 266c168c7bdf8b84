package dev.reveille.protocols.json;

import dev.reveille.model.Reason;

/// What was sent cannot be read as what it should be: the reason, and a detail that names the
/// field.
///
/// Carries no stack trace: it is an answer, not a fault, and a sender may cause any number.
public final class Unreadable extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST = 300;

  private final Reason why;

  public Unreadable(final Reason why, final String detail) {
    super(plain(detail), null, false, false);
    this.why = why;
  }

  /// A field with a wrong value.
  public static Unreadable malformed(final String field, final String complaint) {
    return new Unreadable(Reason.MALFORMED, field.isEmpty() ? complaint : field + ": " + complaint);
  }

  public Reason why() {
    return why;
  }

  public String detail() {
    return String.valueOf(getMessage());
  }

  /// On one line, of bounded length, and encodable: what a sender wrote may be quoted in it.
  private static String plain(final String detail) {
    final var plain = new StringBuilder(Math.min(detail.length(), LONGEST) + 1);
    for (int i = 0; i < detail.length() && plain.length() < LONGEST; i++) {
      final char c = detail.charAt(i);
      plain.append(Character.isISOControl(c) || Character.isSurrogate(c) ? '?' : c);
    }
    return detail.length() > LONGEST ? plain.append('…').toString() : plain.toString();
  }
}

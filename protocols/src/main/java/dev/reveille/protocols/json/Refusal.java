package dev.reveille.protocols.json;

import dev.reveille.model.Reason;
import java.time.Duration;
import java.util.function.Consumer;

/// Thrown to refuse a request, or one part of it, with a reason: the field that is wrong, the thing
/// that does not exist, the limit that is reached. [dev.reveille.protocols.answers.Statuses] has
/// the HTTP status of its [Reason].
///
/// Carries no stack trace: it is an answer, not a fault, and a sender may cause any number.
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST = 300;

  private final Reason why;
  private final transient Duration retryAfter;
  private final transient Consumer<JsonOut> more;
  private final String allow;

  private Refusal(
      final Reason why,
      final String detail,
      final Duration retryAfter,
      final Consumer<JsonOut> more,
      final String allow) {
    super(plain(detail), null, false, false);
    this.why = why;
    this.retryAfter = retryAfter;
    this.more = more;
    this.allow = allow;
  }

  /// @param detail what is particular about this request; "" when the reason says all
  public Refusal(final Reason why, final String detail) {
    this(why, detail, Duration.ZERO);
  }

  /// @param retryAfter zero when trying again is of no use
  public Refusal(final Reason why, final String detail, final Duration retryAfter) {
    this(why, detail, retryAfter, _ -> {}, "");
  }

  /// The same with further members of the problem.
  public Refusal with(final Consumer<JsonOut> members) {
    return new Refusal(why, detail(), retryAfter, members, allow);
  }

  /// A field with a wrong value.
  ///
  /// @param field "" when the complaint is about the whole
  public static Refusal malformed(final String field, final String complaint) {
    return new Refusal(Reason.MALFORMED, field.isEmpty() ? complaint : field + ": " + complaint);
  }

  public static Refusal notFound(final String what, final String name) {
    return new Refusal(Reason.NOT_FOUND, what + " " + name);
  }

  /// @param allowed the methods of the address, as the `Allow` header names them
  public static Refusal methodNotAllowed(final String method, final String allowed) {
    return new Refusal(Reason.METHOD_NOT_ALLOWED, method, Duration.ZERO, _ -> {}, allowed);
  }

  public Reason why() {
    return why;
  }

  public String detail() {
    return String.valueOf(getMessage());
  }

  public Duration retryAfter() {
    return retryAfter;
  }

  public Consumer<JsonOut> more() {
    return more;
  }

  /// The value of the `Allow` header; "" when it has none.
  public String allow() {
    return allow;
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

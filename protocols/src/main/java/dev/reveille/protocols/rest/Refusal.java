package dev.reveille.protocols.rest;

import dev.reveille.model.Reason;
import dev.reveille.protocols.json.JsonOut;
import java.time.Duration;
import java.util.function.Consumer;

/// Ends a request with a problem. Carries no stack trace: it is an answer, not a fault.
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Reason why;
  private final transient Duration retryAfter;
  private final transient Consumer<JsonOut> more;

  /// @param retryAfter zero when trying again is of no use
  /// @param more further members of the problem
  Refusal(
      final Reason why,
      final String detail,
      final Duration retryAfter,
      final Consumer<JsonOut> more) {
    super(detail, null, false, false);
    this.why = why;
    this.retryAfter = retryAfter;
    this.more = more;
  }

  Refusal(final Reason why, final String detail) {
    this(why, detail, Duration.ZERO, _ -> {});
  }

  static Refusal notFound(final String what, final String name) {
    return new Refusal(Reason.NOT_FOUND, what + " " + name);
  }

  Reason why() {
    return why;
  }

  String detail() {
    return String.valueOf(getMessage());
  }

  Duration retryAfter() {
    return retryAfter;
  }

  Consumer<JsonOut> more() {
    return more;
  }
}

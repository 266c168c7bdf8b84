package dev.reveille.protocols.device;

import dev.reveille.model.Reason;
import java.time.Duration;

/// A request that cannot be done, on its way to the one place that answers it.
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Reason why;
  private final Duration retryAfter;

  Refusal(final Reason why, final String detail) {
    this(why, detail, Duration.ZERO);
  }

  Refusal(final Reason why, final String detail, final Duration retryAfter) {
    super(detail, null, false, false);
    this.why = why;
    this.retryAfter = retryAfter;
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

  /// The HTTP status that goes with a reason.
  static int status(final Reason why) {
    return switch (why) {
      case NO_KEY, DEVICE_UNKNOWN, TOKEN_ROTATED, TICKET_INVALID -> 401;
      case CODE_INVALID, PROOF_INVALID, NOT_ALLOWED, NOT_RUNG, ORIGIN_NOT_ALLOWED -> 403;
      case NOT_FOUND, CALL_UNKNOWN -> 404;
      case METHOD_NOT_ALLOWED -> 405;
      case TOO_SLOW -> 408;
      case TOKEN_TAKEN,
          NO_MESSAGE_ADDRESS,
          PUSH_SWITCHED_OFF,
          TOO_MANY_DEVICES,
          CALL_OVER,
          EXISTS,
          OTHER_BODY,
          LIVE_CLOSED ->
          409;
      case TOO_LARGE -> 413;
      case UNKNOWN_USER, LIFE_OVER -> 422;
      case RATE_LIMITED, BACKLOG_FULL -> 429;
      case DISK_LOW, STORE_FAILED, SHUTTING_DOWN -> 503;
      case INTERNAL -> 500;
      default -> 400;
    };
  }
}

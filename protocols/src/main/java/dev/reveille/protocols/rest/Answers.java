package dev.reveille.protocols.rest;

import dev.reveille.live.http.Answer;
import dev.reveille.live.http.Problems;
import dev.reveille.model.Reason;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.json.Unreadable;
import java.time.Duration;
import java.util.function.Consumer;

/// Puts answers into their form: objects as JSON, refusals as problems (RFC 9457) in the words of
/// their [Reason].
final class Answers {
  static final String JSON = "application/json";

  /// Where the words of a reason can be read; a problem's `type`.
  static final String REASONS = "/v1/reasons/";

  static final Answer NO_CONTENT = Answer.empty(204).prepared();

  private Answers() {}

  static Answer json(final int status, final Consumer<JsonOut> fields, final String... headers) {
    return Answer.of(status, JSON, JsonOut.answer(fields), headers);
  }

  static Answer problem(final Refusal refusal) {
    return problem(refusal.why(), refusal.detail(), refusal.retryAfter(), refusal.more());
  }

  static Answer problem(final Unreadable unreadable) {
    return problem(unreadable.why(), unreadable.detail(), Duration.ZERO, _ -> {});
  }

  static Answer problem(
      final Reason why,
      final String detail,
      final Duration retryAfter,
      final Consumer<JsonOut> more,
      final String... headers) {
    final int status = status(why);
    final var body =
        JsonOut.answer(out -> {
          problem(out, why, status, detail, retryAfter);
          more.accept(out);
        });
    if (why == Reason.NO_KEY) {
      return Answer.of(status, Problems.CONTENT_TYPE, body, "WWW-Authenticate", "Bearer");
    }
    return retryAfter.isPositive()
        ? Answer.of(
            status, Problems.CONTENT_TYPE, body, "Retry-After", Long.toString(seconds(retryAfter)))
        : Answer.of(status, Problems.CONTENT_TYPE, body, headers);
  }

  /// The members that every problem has.
  static void problem(
      final JsonOut out,
      final Reason why,
      final int status,
      final String detail,
      final Duration retryAfter) {
    out.text("type", REASONS + why.code())
        .text("title", why.sentence())
        .number("status", status)
        .textIfAny("detail", detail)
        .text("code", why.code())
        .textIfAny("remedy", why.remedy());
    if (retryAfter.isPositive()) {
      out.number("retryAfter", seconds(retryAfter));
    }
  }

  /// A reason inside another answer.
  static void reason(final JsonOut out, final Reason why) {
    out.text("code", why.code())
        .text("name", why.name())
        .text("sentence", why.sentence())
        .textIfAny("remedy", why.remedy());
  }

  static long seconds(final Duration duration) {
    return Math.max(1, (duration.toMillis() + 999) / 1_000);
  }

  /// The status that goes with a reason. Reasons that are no answer to a request are our defect.
  static int status(final Reason why) {
    return switch (why) {
      case MALFORMED, UNKNOWN_FIELD, PUSH_HOST_NOT_ALLOWED -> 400;
      case NO_KEY -> 401;
      case NOT_ALLOWED, NOT_RUNG -> 403;
      case NOT_FOUND, CALL_UNKNOWN -> 404;
      case METHOD_NOT_ALLOWED -> 405;
      case TOO_SLOW -> 408;
      case OTHER_BODY, EXISTS, STILL_USED, CALL_OVER -> 409;
      case CHANGED_MEANWHILE -> 412;
      case TOO_LARGE -> 413;
      case UNKNOWN_USER, LIFE_OVER -> 422;
      case BACKLOG_FULL, RATE_LIMITED -> 429;
      case DISK_LOW, STORE_FAILED, SHUTTING_DOWN -> 503;
      default -> 500;
    };
  }

  /// The listener's own refusals (too large, too slow, badly framed) in our words.
  static byte[] ofListener(final int status, final String detail) {
    final var why =
        switch (status) {
          case 408 -> Reason.TOO_SLOW;
          case 413, 414, 431 -> Reason.TOO_LARGE;
          case 429 -> Reason.RATE_LIMITED;
          case 501, 505 -> Reason.HTTP_NOT_SPOKEN;
          case 503 -> Reason.BACKLOG_FULL;
          default -> status >= 500 ? Reason.INTERNAL : Reason.MALFORMED;
        };
    return JsonOut.answer(out -> problem(out, why, status, detail, Duration.ZERO));
  }
}

package dev.reveille.protocols.answers;

import dev.reveille.http.server.Answer;
import dev.reveille.http.server.Problems;
import dev.reveille.model.Cause;
import dev.reveille.model.Reason;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.json.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.function.Consumer;

/// Builds the answers of the APIs: objects as JSON, refusals as problem details (RFC 9457) in the
/// words of their [Reason].
public final class Answers {
  public static final String JSON = "application/json";

  public static final Answer NO_CONTENT = Answer.empty(204).prepared();

  /// Where the words of a reason can be read; a problem's `type`.
  private static final String REASONS = "/v1/reasons/";

  private Answers() {}

  /// @param headers names and values in turn
  public static Answer json(
      final int status, final Consumer<JsonOut> fields, final String... headers) {
    return Answer.of(status, JSON, JsonOut.answer(fields), headers);
  }

  public static Answer problem(final Reason why, final String detail) {
    return problem(new Refusal(why, detail));
  }

  /// The store could not do what was asked: nothing was kept, and it may work later.
  public static Answer storeFailed() {
    return problem(new Refusal(Reason.STORE_FAILED, "", Duration.ofSeconds(5)));
  }

  /// A problem with the headers that belong to it: `WWW-Authenticate` to a 401, `Allow` to a 405,
  /// `Retry-After` where trying again helps.
  public static Answer problem(final Refusal refusal) {
    final int status = Statuses.of(refusal.why());
    final var body =
        JsonOut.answer(out -> {
          members(out, refusal.why(), status, refusal.detail(), refusal.retryAfter());
          refusal.more().accept(out);
        });
    return Answer.of(status, Problems.CONTENT_TYPE, body, headers(refusal, status));
  }

  private static String[] headers(final Refusal refusal, final int status) {
    final var headers = new ArrayList<String>(4);
    if (status == 401) {
      headers.add("WWW-Authenticate");
      headers.add("Bearer");
    }
    if (!refusal.allow().isEmpty()) {
      headers.add("Allow");
      headers.add(refusal.allow());
    }
    if (refusal.retryAfter().isPositive()) {
      headers.add("Retry-After");
      headers.add(Long.toString(seconds(refusal.retryAfter())));
    }
    return headers.toArray(String[]::new);
  }

  /// A problem inside another answer.
  public static void problem(final JsonOut out, final Refusal refusal) {
    members(out, refusal.why(), Statuses.of(refusal.why()), refusal.detail(), refusal.retryAfter());
    refusal.more().accept(out);
  }

  /// The members that every problem has.
  private static void members(
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
  public static void reason(final JsonOut out, final Reason why) {
    out.text("code", why.code())
        .text("name", why.name())
        .text("sentence", why.sentence())
        .textIfAny("remedy", why.remedy());
  }

  public static void cause(final JsonOut out, final Cause cause) {
    out.text("word", cause.word())
        .text("sentence", cause.sentence())
        .text("remedy", cause.remedy());
  }

  /// Whole seconds, one at least, as `Retry-After` wants them (RFC 9110 §10.2.3).
  public static long seconds(final Duration duration) {
    return Math.max(1, (duration.toMillis() + 999) / 1_000);
  }

  /// The listener's own refusals (too large, too slow, badly framed) as problems with our reasons.
  public static Answer ofListener(final int status, final String detail) {
    final var why =
        switch (status) {
          case 408 -> Reason.TOO_SLOW;
          case 413, 414, 431 -> Reason.TOO_LARGE;
          case 429 -> Reason.RATE_LIMITED;
          case 501, 505 -> Reason.HTTP_NOT_SPOKEN;
          case 503 -> Reason.SERVER_BUSY;
          default -> status >= 500 ? Reason.INTERNAL : Reason.MALFORMED;
        };
    return Answer.of(
        status,
        Problems.CONTENT_TYPE,
        JsonOut.answer(out -> members(out, why, status, detail, Duration.ZERO)));
  }
}

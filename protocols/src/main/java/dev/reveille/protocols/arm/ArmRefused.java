package dev.reveille.protocols.arm;

import dev.reveille.http.server.Answer;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.answers.Statuses;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.json.Refusal;
import java.time.Duration;

/// Thrown to end a request with an error in the form of Resource Manager:
/// `{"error":{"code":"…","message":"…"}}`.
///
/// Carries no stack trace: it is an answer, not a fault.
final class ArmRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int UNAUTHORIZED = 401;

  private final int status;
  private final String code;
  private final transient Duration retryAfter;

  ArmRefused(final int status, final String code, final String message) {
    this(status, code, message, Duration.ZERO);
  }

  private ArmRefused(
      final int status, final String code, final String message, final Duration retryAfter) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /// What is refused for a reason of our own.
  static ArmRefused of(final Refusal refusal) {
    final int status = Statuses.of(refusal.why());
    final var detail = refusal.detail();
    return new ArmRefused(
        status,
        code(status),
        refusal.why().sentence() + (detail.isEmpty() ? "" : " " + detail),
        refusal.retryAfter());
  }

  /// What is refused by the listener itself.
  static ArmRefused of(final int status, final String detail) {
    return new ArmRefused(status, code(status), detail);
  }

  /// A field or a word that is wrong.
  static ArmRefused malformed(final String message) {
    return new ArmRefused(400, code(400), message);
  }

  static ArmRefused notFound(final String what) {
    return new ArmRefused(404, code(404), "There is no " + what + ".");
  }

  private static String code(final int status) {
    return switch (status) {
      case 400 -> "InvalidRequestContent";
      case UNAUTHORIZED -> "AuthenticationFailed";
      case 403 -> "AuthorizationFailed";
      case 404 -> "ResourceNotFound";
      case 405 -> "MethodNotAllowed";
      case 408 -> "RequestTimeout";
      case 409 -> "Conflict";
      case 413 -> "RequestTooLarge";
      case 429 -> "TooManyRequests";
      case 501 -> "NotImplemented";
      case 503 -> "ServiceUnavailable";
      default -> status >= 500 ? "InternalServerError" : "BadRequest";
    };
  }

  String code() {
    return code;
  }

  Answer answer() {
    final var answer =
        Answer.of(
            status,
            Answers.JSON,
            JsonOut.answer(out ->
                out.object(
                    "error",
                    error ->
                        error.text("code", code).text("message", String.valueOf(getMessage())))));
    final var known = status == UNAUTHORIZED ? answer.with("WWW-Authenticate", "Bearer") : answer;
    return retryAfter.isPositive()
        ? known.with("Retry-After", Long.toString(Answers.seconds(retryAfter)))
        : known;
  }
}

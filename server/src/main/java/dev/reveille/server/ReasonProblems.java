package dev.reveille.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.live.http.Problems;
import dev.reveille.model.Reason;
import java.util.LinkedHashMap;

/// Puts the product's reasons into the answers that the HTTP layer gives by itself.
final class ReasonProblems implements Problems {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public byte[] body(final int status, final String detail) {
    final var why = reason(status);
    final var problem = new LinkedHashMap<String, Object>();
    problem.put("type", "/v1/reasons/" + why.code());
    problem.put("title", why.sentence());
    problem.put("status", status);
    problem.put("detail", detail);
    problem.put("code", why.code());
    problem.put("remedy", why.remedy());
    try {
      return JSON.writeValueAsBytes(problem);
    } catch (final JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Reason reason(final int status) {
    return switch (status) {
      case 404 -> Reason.NOT_FOUND;
      case 405 -> Reason.METHOD_NOT_ALLOWED;
      case 408 -> Reason.TOO_SLOW;
      case 413, 414, 431 -> Reason.TOO_LARGE;
      case 429 -> Reason.RATE_LIMITED;
      case 503 -> Reason.RATE_LIMITED;
      case 500 -> Reason.INTERNAL;
      default -> Reason.MALFORMED;
    };
  }
}

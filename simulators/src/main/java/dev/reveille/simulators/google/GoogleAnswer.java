package dev.reveille.simulators.google;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// An HTTP answer of Google's simulator: a status and JSON.
///
/// @param retryAfter seconds, 0 for no such header
record GoogleAnswer(int status, String reason, String body, int retryAfter) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError";
  private static final String BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest";
  private static final String QUOTA = "type.googleapis.com/google.rpc.QuotaFailure";

  static GoogleAnswer accepted(final String name) {
    final var body = JSON.createObjectNode().put("name", name);
    return new GoogleAnswer(200, GoogleReason.ACCEPTED.name(), body.toString(), 0);
  }

  /// An answer of the token endpoint.
  static GoogleAnswer of(final int status, final String reason, final ObjectNode body) {
    return new GoogleAnswer(status, reason, body.toString(), 0);
  }

  static GoogleAnswer refused(final GoogleReason why) {
    return refused(why, why.message(), "", 0);
  }

  /// @param field which field is wrong, or whose quota is used up; "" for none
  static GoogleAnswer refused(
      final GoogleReason why, final String message, final String field, final int retryAfter) {
    final var error = JSON.createObjectNode();
    error.put("code", why.status()).put("message", message).put("status", why.word());
    final var details = JSON.createArrayNode();
    if (!why.code().isEmpty()) {
      details.addObject().put("@type", FCM_ERROR).put("errorCode", why.code());
    }
    if (!field.isEmpty()) {
      final boolean quota = why.status() == 429;
      final var violations =
          details
              .addObject()
              .put("@type", quota ? QUOTA : BAD_REQUEST)
              .putArray(quota ? "violations" : "fieldViolations");
      violations.addObject().put(quota ? "subject" : "field", field).put("description", message);
    }
    if (!details.isEmpty()) {
      error.set("details", details);
    }
    final var body = JSON.createObjectNode();
    body.set("error", error);
    return new GoogleAnswer(why.status(), why.name(), body.toString(), retryAfter);
  }

  /// What a fault orders: a documented reason by its name, or any status.
  static GoogleAnswer ordered(final int status, final String word, final int retryAfter) {
    for (final var known : GoogleReason.values()) {
      if (known.name().equals(word)) {
        final var plain =
            known == GoogleReason.QUOTA_EXCEEDED
                ? refused(known, known.message(), "project:simulated", retryAfter)
                : known == GoogleReason.DEVICE_QUOTA_EXCEEDED
                    ? refused(known, known.message(), "device:simulated", retryAfter)
                    : known == GoogleReason.BAD_FIELD
                        ? refused(known, known.message(), "message.android", retryAfter)
                        : refused(known, known.message(), "", retryAfter);
        return new GoogleAnswer(status, word, plain.body(), retryAfter);
      }
    }
    if (word.isEmpty()) {
      return new GoogleAnswer(status, "", "", retryAfter);
    }
    final var oauth = JSON.createObjectNode().put("error", word);
    final var error = JSON.createObjectNode();
    error.putObject("error").put("code", status).put("message", word).put("status", word);
    // what the token endpoint says is in lower case
    final var body = word.equals(word.toLowerCase(java.util.Locale.ROOT)) ? oauth : error;
    return new GoogleAnswer(status, word, body.toString(), retryAfter);
  }
}

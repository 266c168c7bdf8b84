package dev.reveille.simulators.google;

import dev.reveille.simulators.service.PushRefusal;

/// The ways in which Google refuses a message, each with its HTTP status, the status word of the
/// answer, and FCM's own error code where the answer carries one.
public enum GoogleReason implements PushRefusal {
  ACCEPTED(200, "OK", "", ""),
  /// A field that does not exist or has a wrong value; carries field violations, no FCM code.
  BAD_FIELD(400, "INVALID_ARGUMENT", "", "Request contains an invalid argument."),
  /// FCM does not like the message, in its own words.
  INVALID_ARGUMENT(
      400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", "Request contains an invalid argument."),
  TOO_BIG(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", "Android message is too big"),
  BAD_TOKEN(
      400,
      "INVALID_ARGUMENT",
      "INVALID_ARGUMENT",
      "The registration token is not a valid FCM registration token"),
  UNAUTHENTICATED(
      401,
      "UNAUTHENTICATED",
      "",
      "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie"
          + " or other valid authentication credential."),
  THIRD_PARTY_AUTH_ERROR(
      401, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR", "Auth error from APNS or Web Push Service"),
  SENDER_ID_MISMATCH(403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH", "SenderId mismatch"),
  PERMISSION_DENIED(
      403,
      "PERMISSION_DENIED",
      "",
      "Permission 'cloudmessaging.messages.create' denied on resource."),
  UNREGISTERED(404, "NOT_FOUND", "UNREGISTERED", "Requested entity was not found."),
  NOT_FOUND(404, "NOT_FOUND", "", "Requested entity was not found."),
  METHOD_NOT_ALLOWED(405, "METHOD_NOT_ALLOWED", "", "Method not allowed."),
  QUOTA_EXCEEDED(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", "Quota exceeded for the project."),
  DEVICE_QUOTA_EXCEEDED(
      429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", "Quota exceeded for the device."),
  INTERNAL(500, "INTERNAL", "INTERNAL", "Internal error encountered."),
  UNAVAILABLE(503, "UNAVAILABLE", "UNAVAILABLE", "The service is currently unavailable.");

  private final int status;
  private final String word;
  private final String code;
  private final String message;

  GoogleReason(final int status, final String word, final String code, final String message) {
    this.status = status;
    this.word = word;
    this.code = code;
    this.message = message;
  }

  @Override
  public int status() {
    return status;
  }

  String word() {
    return word;
  }

  /// FCM's own error code, or "".
  String code() {
    return code;
  }

  String message() {
    return message;
  }
}

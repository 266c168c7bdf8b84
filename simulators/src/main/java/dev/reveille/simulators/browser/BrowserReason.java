package dev.reveille.simulators.browser;

import dev.reveille.simulators.service.PushRefusal;

/// The answers of a Web Push service to a push, each with its HTTP status and words.
public enum BrowserReason implements PushRefusal {
  CREATED(201, ""),
  /// With a receipt.
  ACCEPTED(202, ""),
  BAD_TTL(400, "TTL is missing or no number of seconds"),
  BAD_URGENCY(400, "Urgency is very-low, low, normal or high"),
  BAD_TOPIC(400, "Topic has at most 32 characters of the URL-safe alphabet of base64"),
  BAD_RECEIPT(400, "Push-Receipt is no receipt subscription of this service"),
  BAD_ENCODING(400, "Content-Encoding must be aes128gcm where there is a body"),
  MISSING_VAPID(401, "the subscription is bound to a key; Authorization must be vapid t=, k="),
  BAD_VAPID(403, "the statement is not good for this subscription"),
  NOT_FOUND(404, "there is no such subscription"),
  METHOD_NOT_ALLOWED(405, "only POST is allowed"),
  GONE(410, "the subscription has ended"),
  TOO_BIG(413, "the body has more than 4096 bytes"),
  TOO_MANY(429, "too many messages for this subscription"),
  INTERNAL(500, "internal error"),
  UNAVAILABLE(503, "temporarily unavailable");

  private final int status;
  private final String words;

  BrowserReason(final int status, final String words) {
    this.status = status;
    this.words = words;
  }

  @Override
  public int status() {
    return status;
  }

  String words() {
    return words;
  }
}

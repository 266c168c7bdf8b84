package dev.reveille.simulators.microsoft;

import dev.reveille.simulators.service.PushRefusal;

/// The answers of MPNS to a push, as in Microsoft's table of its responses.
public enum MpnsReason implements PushRefusal {
  RECEIVED(200, "Received", "Active"),
  QUEUE_FULL(200, "QueueFull", "Active"),
  SUPPRESSED(200, "Suppressed", "Active"),
  BAD_REQUEST(400, "", ""),
  UNAUTHORIZED(401, "", ""),
  EXPIRED(404, "Dropped", "Expired"),
  METHOD_NOT_ALLOWED(405, "", ""),
  THROTTLED(406, "Dropped", "Active"),
  INACTIVE(412, "Dropped", ""),
  UNAVAILABLE(503, "", "");

  private final int status;
  private final String notification;
  private final String subscription;

  MpnsReason(final int status, final String notification, final String subscription) {
    this.status = status;
    this.notification = notification;
    this.subscription = subscription;
  }

  @Override
  public int status() {
    return status;
  }

  /// For `X-NotificationStatus`; "" where the answer has none of the three headers.
  String notification() {
    return notification;
  }

  /// For `X-SubscriptionStatus`; "" where the answer has no such header.
  String subscription() {
    return subscription;
  }
}

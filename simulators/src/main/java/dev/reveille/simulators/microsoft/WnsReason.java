package dev.reveille.simulators.microsoft;

import dev.reveille.simulators.service.PushRefusal;

/// The answers of WNS to a push, in the words of Microsoft's page on its responses.
public enum WnsReason implements PushRefusal {
  RECEIVED(200, "received", ""),
  DROPPED(200, "dropped", ""),
  CHANNEL_THROTTLED(200, "channelthrottled", ""),
  BAD_HEADER(400, "", "One or more headers were specified incorrectly or conflict with another."),
  BAD_CONTENT(400, "", "The content is not what the notification type asks for."),
  UNAUTHORIZED(401, "", "The cloud service did not present a valid authentication ticket."),
  FORBIDDEN(403, "", "The cloud service is not authorized to send a notification to this URI."),
  NOT_FOUND(404, "", "The channel URI is not valid or is not recognized by WNS."),
  METHOD_NOT_ALLOWED(405, "", "Invalid method; only POST and DELETE are allowed."),
  THROTTLED(406, "", "The cloud service exceeded its throttle limit."),
  GONE(410, "", "The channel expired."),
  LENGTH_REQUIRED(411, "", "The request has no Content-Length."),
  TOO_BIG(413, "", "The notification payload exceeds the 5000 byte size limit."),
  INTERNAL(500, "", "An internal failure caused notification delivery to fail."),
  UNAVAILABLE(503, "", "The server is currently unavailable.");

  private final int status;
  private final String notification;
  private final String words;

  WnsReason(final int status, final String notification, final String words) {
    this.status = status;
    this.notification = notification;
    this.words = words;
  }

  @Override
  public int status() {
    return status;
  }

  /// For `X-WNS-NotificationStatus`; "" where the answer has no such header.
  String notification() {
    return notification;
  }

  /// For `X-WNS-Error-Description`; "" where the answer has no such header.
  String words() {
    return words;
  }
}

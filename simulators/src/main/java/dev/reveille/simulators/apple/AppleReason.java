package dev.reveille.simulators.apple;

import dev.reveille.simulators.service.PushRefusal;

/// The reasons with which Apple's push service refuses pushes, as Apple documents them, each with
/// its HTTP status. `Accepted` stands for the empty answer.
public enum AppleReason implements PushRefusal {
  Accepted(200),
  BadCollapseId(400),
  BadDeviceToken(400),
  BadExpirationDate(400),
  BadMessageId(400),
  BadPriority(400),
  BadTopic(400),
  DeviceTokenNotForTopic(400),
  DuplicateHeaders(400),
  IdleTimeout(400),
  InvalidPushType(400),
  MissingDeviceToken(400),
  MissingTopic(400),
  PayloadEmpty(400),
  TopicDisallowed(400),
  BadCertificate(403),
  BadCertificateEnvironment(403),
  BadEnvironmentKeyIdInToken(403),
  BadEnvironmentKeyInToken(403),
  ExpiredProviderToken(403),
  Forbidden(403),
  InvalidProviderToken(403),
  MissingProviderToken(403),
  UnrelatedKeyIdInToken(403),
  BadPath(404),
  MethodNotAllowed(405),
  ExpiredToken(410),
  Unregistered(410),
  PayloadTooLarge(413),
  TooManyProviderTokenUpdates(429),
  TooManyRequests(429),
  InternalServerError(500),
  ServiceUnavailable(503),
  Shutdown(503);

  private final int status;

  AppleReason(final int status) {
    this.status = status;
  }

  @Override
  public int status() {
    return status;
  }
}

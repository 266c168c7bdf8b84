package dev.reveille.bench.receiver;

import dev.reveille.simulators.service.ServiceAnswer;
import java.util.UUID;

/// The push service that a [PushReceiver] stands in for: its paths for pushes and access tokens,
/// and its answer to a push that was taken.
public enum ReceivedService {
  FCM("/token") {
    @Override
    ServiceAnswer taken(final long number) {
      return ServiceAnswer.json(
          200, TAKEN, "{\"name\":\"projects/bench/messages/0:%016d\"}".formatted(number));
    }
  },
  WEBPUSH("") {
    @Override
    ServiceAnswer taken(final long number) {
      return ServiceAnswer.of(201, TAKEN).with("Location", "/m/" + number).with("TTL", "2419200");
    }
  },
  WNS("/accesstoken.srf") {
    @Override
    ServiceAnswer taken(final long number) {
      return ServiceAnswer.of(200, TAKEN)
          .with("X-WNS-Msg-ID", "%016X".formatted(number))
          .with("X-WNS-Debug-Trace", "BENCHWNS0000001")
          .with("MS-CV", "bench0123456789a.0")
          .with("X-WNS-NotificationStatus", "received")
          .with("X-WNS-DeviceConnectionStatus", "connected");
    }
  };

  private static final String TAKEN = "taken";

  private final String tokenPath;

  ReceivedService(final String tokenPath) {
    this.tokenPath = tokenPath;
  }

  /// Where access tokens are had; "" for a service that needs none.
  public String tokenPath() {
    return tokenPath;
  }

  /// @param number of the push, so that each has a name of its own
  abstract ServiceAnswer taken(long number);

  static ServiceAnswer token() {
    return ServiceAnswer.json(
        200,
        "token",
        "{\"token_type\":\"Bearer\",\"expires_in\":86400,\"access_token\":\"%s\"}"
            .formatted((UUID.randomUUID() + "-").repeat(4)));
  }
}
